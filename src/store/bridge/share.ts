// A store's line to its database, made fit for several processes. The rest of the bridge is loaded with it, and only then.
import type { Clock } from '../../core/clock.ts';
import type { ConnectWorker, LedgerObserver } from '../../core/store.ts';
import type { QueryRunner } from '../sql/query-runner.ts';
import type { BatchLink, LinkShare } from './shared-link.ts';

export interface Sharing extends Disposable {
  /** For the ledger writer of this process. */
  readonly share: LinkShare;
  /** For that writer: of transactions hears whoever commits them. */
  readonly observer: LedgerObserver | undefined;
  readonly connect: ConnectWorker;
}

export interface SharingParts {
  readonly clock: Clock;
  readonly observer?: LedgerObserver | undefined;
  readonly usual: QueryRunner;
  /** For what a request waits for. */
  readonly quick: QueryRunner;
}

export async function shareLink(
  link: BatchLink & { failure(): string | undefined },
  { clock, observer, usual, quick }: SharingParts,
): Promise<Sharing> {
  const [{ createSharedLink }, { createWorkerDesk }] = await Promise.all([
    import('./shared-link.ts'),
    import('./serve-workers.ts'),
  ]);
  const shared = createSharedLink({ link, clock, observer, after: () => desk.look() });
  const state = () => ({ metersContent: link.metersContent(), failure: link.failure() });
  const desk = createWorkerDesk({ link: shared, state, usual, quick });
  return {
    share: shared.share(),
    observer: observer && { watch: observer.watch, committed: () => undefined },
    connect: desk.connect,
    [Symbol.dispose]() {
      shared.close();
      desk[Symbol.dispose]();
    },
  };
}
