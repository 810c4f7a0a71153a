// The store's end of the lines to workers: hands their batches to the one ledger writer there is, runs their queries, and tells
// them what has changed. Knows no process; who has ended is said from outside.
import type { ConnectWorker } from '../../core/store.ts';
import { StoreError } from '../../core/store.ts';
import type { QueryRunner } from '../sql/query-runner.ts';
import type { FromServingWorker, StoreState, ToServingWorker } from './messages.ts';
import type { SharedLink } from './shared-link.ts';

/** How soon workers learn what changes without a batch of theirs: limits that another node was given, a database that is away. */
const lookMs = 250;

export interface WorkerDesk extends Disposable {
  readonly connect: ConnectWorker;
  /** Something may have changed. */
  look(): void;
}

export interface WorkerDeskParts {
  readonly link: SharedLink;
  readonly state: () => StoreState;
  readonly usual: QueryRunner;
  /** For what a request waits for. */
  readonly quick: QueryRunner;
}

export function createWorkerDesk({ link, state, usual, quick }: WorkerDeskParts): WorkerDesk {
  const connected = new Set<(message: ToServingWorker) => void>();
  let told = state();

  function look(): void {
    const now = state();
    if (now.metersContent === told.metersContent && now.failure === told.failure) return;
    told = now;
    for (const send of connected) send({ kind: 'state', state: now });
  }

  const timer = setInterval(look, lookMs);
  timer.unref();

  return {
    look,
    connect(send: (message: ToServingWorker) => void) {
      const share = link.share();
      connected.add(send);

      async function run({ id, quick: soon, queries }: Extract<FromServingWorker, { kind: 'queries' }>) {
        try {
          const results = await (soon ? quick : usual).query(queries);
          look();
          send({ kind: 'rows', id, results });
        } catch (error) {
          const code = error instanceof StoreError ? error.code : 'store_failed';
          send({ kind: 'queries-failed', id, code, message: (error as Error).message });
        }
      }

      return {
        state: state(),
        receive(message) {
          const asked = message as FromServingWorker;
          if (asked.kind === 'queries') void run(asked);
          else share.sendBatch(asked.batch, (outcome) => send({ kind: 'outcome', outcome }));
        },
        ended() {
          connected.delete(send);
          return share.abandon();
        },
      };
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
