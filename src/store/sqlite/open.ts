// Opens a data folder as a store: for the gateway, which is alone on it, or for a command-line tool beside it.
import type { Clock } from '../../core/clock.ts';
import type { GatewayStore, LedgerObserver, Store, StoreProblem } from '../../core/store.ts';
import { createLedgerLines } from '../bridge/ledger-lines.ts';
import { shareLink } from '../bridge/share.ts';
import { createAdminStore } from '../sql/admin-store.ts';
import { createContentStore } from '../sql/content.ts';
import { createIdempotencyStore, idempotencyStatements } from '../sql/idempotency.ts';
import { ledgerStatements } from '../sql/ledger.ts';
import { limitStatements } from '../sql/limits-in-force.ts';
import { nodeStatements } from '../sql/nodes.ts';
import { readingOwnWrites } from '../sql/own-writes.ts';
import { createPriceStore } from '../sql/prices.ts';
import { createKeyStoreReader, createKeyStoreWriter, createLedgerReader } from '../sql/readers.ts';
import { createLedgerUpkeep } from '../sql/retention.ts';
import { createSecretStore } from '../sql/secrets.ts';
import { usageHourStatements } from '../sql/usage-hours.ts';
import { createSqliteCompiler } from './compile.ts';
import { createIntegrityCheck } from './integrity.ts';
import { createLedgerWriter } from './ledger-writer.ts';
import { createLookLink } from './look-link.ts';
import type { WorkerSettings } from './messages.ts';
import { openWorker } from './worker-link.ts';

export interface SqliteOptions {
  /** The data folder; made (0700) if it is missing. */
  readonly folder: string;
  readonly clock: Clock;
  /** How long a statement waits for another process that writes. */
  readonly busyTimeoutMs?: number;
  /** FULL outlives a power cut, NORMAL a kill -9 only. */
  readonly synchronous?: 'FULL' | 'NORMAL';
  /** Most pages of 4096 bytes the database may grow to; absent = the disk. */
  readonly maxPages?: number;
}

export interface SqliteGatewayOptions extends SqliteOptions {
  /** Name of this node in the ledger. */
  readonly node?: string;
  /** Told what went wrong after a request was answered; must not throw. */
  readonly report: (problem: StoreProblem) => void;
  readonly observer?: LedgerObserver;
  /** Other processes will use it too: see `GatewayStore.connect`. */
  readonly shared?: boolean;
}

/** Takes the folder for this process, starts a new epoch and closes what earlier runs left held. StoreError. */
export async function openSqliteGatewayStore(options: SqliteGatewayOptions): Promise<GatewayStore> {
  const { clock, report } = options;
  const db = createSqliteCompiler();
  const link = await openWorker(settingsOf(options, 'gateway', options.node ?? 'local'), (reason) =>
    report({ kind: 'store-failed', reason }),
  );
  const sharing = options.shared
    ? await shareLink(link, { ...options, usual: link, quick: link })
    : undefined;
  const lines =
    sharing && createLedgerLines({ link, connect: sharing.connect, observer: options.observer, clock });
  const writer = createLedgerWriter(
    sharing?.share ?? link,
    clock,
    report,
    sharing?.observer ?? options.observer,
  );
  const looks = createLookLink(() =>
    openWorker(settingsOf(options, 'tool', 'looks'), (reason) => report({ kind: 'store-failed', reason })),
  );
  const runner = readingOwnWrites(link, writer);
  const secrets = createSecretStore(db, link);
  return {
    epoch: link.epoch,
    recovered: link.recovered,
    ledgerWriter: writer,
    keyReader: createKeyStoreReader(db, link),
    keyWriter: createKeyStoreWriter(db, link),
    ledgerReader: createLedgerReader(db, runner),
    secretReader: secrets.reader,
    secretWriter: secrets.writer,
    admin: createAdminStore(db, runner, readingOwnWrites(looks, writer)),
    prices: createPriceStore(db, link),
    upkeep: createLedgerUpkeep(db, runner),
    idempotency: createIdempotencyStore(db, runner),
    content: createContentStore(db, runner),
    integrity: createIntegrityCheck(link),
    connect: lines?.connect,
    listenForWorkers: lines?.listen,
    unavailable: () => {
      const reason = link.failure() ?? writer.failure();
      return reason === undefined ? undefined : { reason };
    },
    [Symbol.asyncDispose]: once(async () => {
      await writer.close();
      sharing?.[Symbol.dispose]();
      await looks.close(clock.now());
      await link.close(clock.now());
    }),
  };
}

/** Opens the same folder beside a running gateway, for commands: no lock, no epoch, no ledger writer. StoreError. */
export async function openSqliteToolStore(options: SqliteOptions): Promise<Store> {
  const db = createSqliteCompiler();
  const link = await openWorker(settingsOf(options, 'tool', 'tool'), () => {});
  const secrets = createSecretStore(db, link);
  return {
    keyReader: createKeyStoreReader(db, link),
    keyWriter: createKeyStoreWriter(db, link),
    ledgerReader: createLedgerReader(db, link),
    secretReader: secrets.reader,
    secretWriter: secrets.writer,
    admin: createAdminStore(db, link),
    prices: createPriceStore(db, link),
    upkeep: createLedgerUpkeep(db, link),
    idempotency: createIdempotencyStore(db, link),
    content: createContentStore(db, link),
    integrity: createIntegrityCheck(link),
    [Symbol.asyncDispose]: once(() => link.close(options.clock.now())),
  };
}

function settingsOf(options: SqliteOptions, role: WorkerSettings['role'], node: string): WorkerSettings {
  const db = createSqliteCompiler();
  return {
    folder: options.folder,
    role,
    node,
    now: options.clock.now(),
    busyTimeoutMs: options.busyTimeoutMs ?? 5_000,
    synchronous: options.synchronous ?? 'FULL',
    statements: {
      ...ledgerStatements(db),
      ...nodeStatements(db),
      ...limitStatements(db),
      ...usageHourStatements(db),
      ...idempotencyStatements(db),
    },
    ...(options.maxPages === undefined ? undefined : { maxPages: options.maxPages }),
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
