// The gateway's side of lines that lead workers past it, to the thread that writes the ledger: opens the door there, again in a thread that takes
// a dead one's place, says who may come, and asks what those who are gone have left. Knows no SQL and no process.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { type ConnectWorker, type LedgerObserver, StoreError } from '../../core/store.ts';
import type { FromLedgerDoor, ToLedgerDoor } from './line-control.ts';
import type { StoreState } from './messages.ts';

/** The thread's line, as far as it is about the door. */
export interface DoorLink {
  /** Lost while there is no thread. */
  tellDoor(message: ToLedgerDoor): void;
  /** `opened`: there is another thread, and its door is closed. */
  onDoor(hear: (message: FromLedgerDoor | { readonly kind: 'opened' }) => void): void;
}

export interface LedgerLines {
  /** `path`: for a socket, in a folder that is nobody else's, or a named pipe. Rejects with StoreError. */
  listen(path: string): Promise<void>;
  /** Workers that are connected once it listens have lines of their own. */
  readonly connect: ConnectWorker;
}

export interface LedgerLinesParts {
  readonly link: DoorLink;
  /** By messages, for all but batches. */
  readonly connect: ConnectWorker;
  readonly observer?: Pick<LedgerObserver, 'committed'> | undefined;
  readonly clock: Clock;
}

export function createLedgerLines({ link, connect, observer, clock }: LedgerLinesParts): LedgerLines {
  const unixAtZero = clock.now() - Number(process.hrtime.bigint() / 1_000n) / 1_000;
  const expected = new Set<string>();
  const leaving = new Map<string, (recovered: number) => void>();
  let path: string | undefined;
  let opening: PromiseWithResolvers<void> | undefined;

  function open(): void {
    if (path === undefined) return;
    link.tellDoor({ kind: 'listen', path, unixAtZero, tokens: [...expected] });
    for (const token of leaving.keys()) link.tellDoor({ kind: 'forget', token });
  }

  link.onDoor((message) => {
    switch (message.kind) {
      case 'opened':
        open();
        return;
      case 'listening':
        opening?.resolve();
        return;
      case 'not-listening':
        opening?.reject(new StoreError('store_failed', `The ledger cannot hear workers: ${message.message}`));
        return;
      case 'transactions':
        for (const transaction of message.transactions) observer?.committed(transaction);
        return;
      case 'left':
        leaving.get(message.token)?.(message.recovered);
        leaving.delete(message.token);
    }
  });

  return {
    listen(wanted) {
      path = wanted;
      opening = Promise.withResolvers<void>();
      open();
      return opening.promise;
    },
    connect(send) {
      const worker = connect(send);
      if (path === undefined) return worker;
      const token = randomBytes(16).toString('hex');
      expected.add(token);
      link.tellDoor({ kind: 'expect', token });
      const state: StoreState = { ...(worker.state as StoreState), line: { path, token } };
      return {
        ...worker,
        state,
        async ended() {
          expected.delete(token);
          const left = new Promise<number>((resolve) => leaving.set(token, resolve));
          link.tellDoor({ kind: 'forget', token });
          return (await worker.ended()) + (await left);
        },
      };
    },
  };
}
