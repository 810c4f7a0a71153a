// A worker's store: what serving requests needs of it, over a line to the process that has the database. The queries are those
// of that process, so both dialects work alike; what only one of them needs is loaded only then.
import type { Clock } from '../../core/clock.ts';
import type { LedgerObserver, ServingStore, StoreProblem } from '../../core/store.ts';
import { createContentStore } from '../sql/content.ts';
import { createIdempotencyStore } from '../sql/idempotency.ts';
import { createPriceStore } from '../sql/prices.ts';
import { createKeyStoreReader } from '../sql/readers.ts';
import { createLedgerWriter } from '../sqlite/ledger-writer.ts';
import type { FromServingWorker, StoreState, ToServingWorker } from './messages.ts';
import { openServingLink } from './serving-link.ts';

export interface ServingStoreOptions {
  readonly dialect: 'sqlite' | 'postgresql';
  readonly send: (message: FromServingWorker) => void;
  /** What `ConnectedWorker.state` was. */
  readonly state: unknown;
  readonly clock: Clock;
  /** Told what went wrong after a request was answered; must not throw. */
  readonly report: (problem: StoreProblem) => void;
  /** Hears of what waits; of transactions hears whoever commits them. */
  readonly observer?: Pick<LedgerObserver, 'watch'>;
}

export interface OpenedServingStore {
  readonly store: ServingStore;
  readonly receive: (message: unknown) => void;
}

/** Rejects when the line to the ledger cannot be opened. */
export async function openServingStore(options: ServingStoreOptions): Promise<OpenedServingStore> {
  const { clock, report, observer } = options;
  const link = await openServingLink(options.send, options.state as StoreState);
  const watch = observer && { watch: observer.watch, committed: () => undefined };
  const writer = createLedgerWriter(link, clock, report, watch);
  const db = await compilerOf(options.dialect);
  const store: ServingStore = {
    ledgerWriter: writer,
    keyReader: createKeyStoreReader(db, link.quick),
    prices: createPriceStore(db, link.usual),
    idempotency: createIdempotencyStore(db, link.quick),
    content: createContentStore(db, link.usual),
    unavailable() {
      const reason = link.failure() ?? writer.failure();
      return reason === undefined ? undefined : { reason };
    },
    async [Symbol.asyncDispose]() {
      await writer.close();
      link[Symbol.dispose]();
    },
  };
  return { store, receive: (message) => link.receive(message as ToServingWorker) };
}

async function compilerOf(dialect: ServingStoreOptions['dialect']) {
  if (dialect === 'sqlite') return (await import('../sqlite/compile.ts')).createSqliteCompiler();
  return (await import('../postgres/compile.ts')).createPostgresCompiler();
}
