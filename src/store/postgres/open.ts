// Opens a PostgreSQL database as a store: for the gateway, one of perhaps several nodes on it, or for a command beside it.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { createWindowOf } from '../../budgets/window.ts';
import type { Clock } from '../../core/clock.ts';
import type { GatewayStore, LedgerObserver, Store, StoreProblem } from '../../core/store.ts';
import { shareLink } from '../bridge/share.ts';
import { migrations } from '../migrations/index.ts';
import { createAdminStore } from '../sql/admin-store.ts';
import { createContentStore } from '../sql/content.ts';
import { createIdempotencyStore } from '../sql/idempotency.ts';
import { limitStatements } from '../sql/limits-in-force.ts';
import { readingOwnWrites } from '../sql/own-writes.ts';
import { createPriceStore } from '../sql/prices.ts';
import type { QueryRunner } from '../sql/query-runner.ts';
import { createKeyStoreReader, createKeyStoreWriter, createLedgerReader } from '../sql/readers.ts';
import { createLedgerUpkeep } from '../sql/retention.ts';
import { createSecretStore } from '../sql/secrets.ts';
import { usageHourStatements } from '../sql/usage-hours.ts';
import { prepareDataFolder } from '../sqlite/data-folder.ts';
import { takeGatewayLock } from '../sqlite/gateway-lock.ts';
import { createLedgerWriter } from '../sqlite/ledger-writer.ts';
import { createPostgresCompiler } from './compile.ts';
import { connect } from './connect.ts';
import { isConnectionLoss, messageOf, toStoreError } from './failure.ts';
import { createIntegrityCheck } from './integrity.ts';
import { type Chore, createLedgerLink } from './ledger-link.ts';
import { createLimitsInForce } from './limits.ts';
import { createLine, onLine } from './line.ts';
import { migrate } from './migrate.ts';
import { type NodeTimes, startNode } from './node.ts';
import { nodeIdentity } from './node-identity.ts';
import { createQueryPool, type QueryPool } from './query-pool.ts';
import { openSpool } from './spool.ts';
import { createTurns } from './turns.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  readonly clock: Clock;
  /** How long to wait for a database that cannot be reached yet, in ms. */
  readonly patienceMs?: number;
}

export interface PostgresGatewayOptions extends PostgresOptions {
  /** For what waits while the database is away; made (0700) if it is missing. */
  readonly folder: string;
  /** Told what went wrong after a request was answered; must not throw. */
  readonly report: (problem: StoreProblem) => void;
  readonly observer?: LedgerObserver;
  /** Other processes will use it too: see `GatewayStore.connect`. */
  readonly shared?: boolean;
  /** Longest time of a statement of the ledger, in ms: then requests are refused rather than kept waiting. */
  readonly statementMs?: number;
  readonly times?: Partial<NodeTimes>;
}

const connectMs = 2_000;
/** Connections for listings and changes; the ledger has its own. */
const queryLines = 4;
/** Connections for what a request waits for. */
const requestLines = 2;
const longStatementMs = 60_000;
const migrationMs = 3_600_000;
const lockWaitMs = 500;
const retryMs = 250;

/**
 * Every statement of the ledger finds its rows by key. Its plans are made once, perhaps while the tables are empty and
 * reading them whole looks cheap; they must be right when there are millions of rows.
 */
const byKeyAlone =
  'set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off';

/** Brings the schema up to date and starts a new run. Rejects with StoreError. */
export async function openPostgresGatewayStore(options: PostgresGatewayOptions): Promise<GatewayStore> {
  const { url, clock, folder, statementMs = 2_000 } = options;
  await using undo = new AsyncDisposableStack();
  prepareDataFolder(folder);
  undo.use(takeGatewayLock(folder, lockWaitMs));
  await prepareDatabase(options, { patienceMs: 10_000, role: 'gateway' });

  const db = createPostgresCompiler();
  const pool = undo.use(openPool(options, queryLines, longStatementMs));
  const quickPool = undo.use(openPool(options, requestLines, statementMs));
  const lineFor = (milliseconds: number, setUp: (client: Client) => Promise<void> = async () => {}) =>
    undo.use(
      createLine({
        open: async () => {
          const client = await connect({ url, connectMs, statementMs: milliseconds });
          await setUp(client);
          return client;
        },
        now: clock.monotonic,
      }),
    );
  let onChange = () => {};
  const watchLine = lineFor(statementMs, async (client) => {
    client.on('notification', () => onChange());
    await client.query('listen tollgate_changes');
  });
  const ledgerLine = lineFor(statementMs, async (client) => {
    await client.query(byKeyAlone);
  });
  const choreLine = lineFor(longStatementMs);
  const inTurn = createTurns();
  const chore: Chore = (work) => inTurn(() => onLine(choreLine, work));
  const spool = openSpool(folder);
  const { report, spooled } = spoolReports(options.report);
  const parts = {
    limits: createLimitsInForce(limitStatements(db)),
    windowOf: createWindowOf(),
    hours: usageHourStatements(db),
    seconds: new Map<string, number>(),
  };
  try {
    const node = await startNode({
      ...parts,
      beatMs: 1_000,
      silentMs: 10_000,
      ...options.times,
      now: clock.monotonic,
      name: nodeIdentity(folder),
      line: watchLine,
      ledgerLine,
      chore,
      spool,
      report,
    });
    onChange = node.notice;
    const { renew } = node;
    const epoch = () => node.epoch;
    const link = createLedgerLink({ ...parts, db, line: ledgerLine, chore, spool, epoch, renew, spooled });
    const recovered = await node.start(link);
    const failure = () => ledgerLine.failure() ?? node.failure() ?? link.failure();
    const shareable = { ...link, failure: () => withName(failure()) };
    const sharing = options.shared
      ? await shareLink(shareable, { ...options, usual: pool, quick: quickPool })
      : undefined;
    const writer = createLedgerWriter(
      sharing?.share ?? link,
      clock,
      report,
      sharing?.observer ?? options.observer,
    );
    const opened = undo.move();
    return {
      ...shared(db, readingOwnWrites(pool, writer), quickPool),
      get epoch() {
        return node.epoch;
      },
      recovered,
      ledgerWriter: writer,
      connect: sharing?.connect,
      unavailable() {
        const reason = withName(failure());
        return reason === undefined ? undefined : { reason };
      },
      [Symbol.asyncDispose]: once(async () => {
        await writer.close();
        sharing?.[Symbol.dispose]();
        await node.stop(link).catch((error) => {
          options.report({ kind: 'store-failed', reason: messageOf(error) });
        });
        await opened.disposeAsync();
      }),
    };
  } catch (error) {
    throw toStoreError(error, url);
  }
}

/** For commands: no run, no ledger writer. Rejects with StoreError. */
export async function openPostgresToolStore(options: PostgresOptions): Promise<Store> {
  await prepareDatabase(options, { patienceMs: 0, role: 'tool' });
  const pool = openPool(options, queryLines, longStatementMs);
  return {
    ...shared(createPostgresCompiler(), pool, pool),
    [Symbol.asyncDispose]: once(async () => pool[Symbol.asyncDispose]()),
  };
}

/** `quick`: for what a request waits for, so that it is refused soon when the database does not answer. */
function shared(db: ReturnType<typeof createPostgresCompiler>, pool: QueryRunner, quick: QueryRunner) {
  const secrets = createSecretStore(db, pool);
  return {
    keyReader: createKeyStoreReader(db, quick),
    keyWriter: createKeyStoreWriter(db, pool),
    ledgerReader: createLedgerReader(db, pool),
    secretReader: secrets.reader,
    secretWriter: secrets.writer,
    admin: createAdminStore(db, pool),
    prices: createPriceStore(db, pool),
    upkeep: createLedgerUpkeep(db, pool),
    idempotency: createIdempotencyStore(db, quick),
    content: createContentStore(db, pool),
    integrity: createIntegrityCheck(pool),
  };
}

function openPool({ url, clock }: PostgresOptions, lines: number, statementMs: number): QueryPool {
  const settings = { url, connectMs, statementMs };
  const line = () => createLine({ open: () => connect(settings), now: clock.monotonic });
  return createQueryPool(Array.from({ length: lines }, line), url);
}

/** Waits a little for a server that is starting, as it does when both come up together. */
async function prepareDatabase(
  { url, clock, patienceMs }: PostgresOptions,
  usual: { readonly patienceMs: number; readonly role: 'gateway' | 'tool' },
): Promise<void> {
  const until = clock.monotonic() + (patienceMs ?? usual.patienceMs);
  for (;;) {
    try {
      const client = await connect({ url, connectMs, statementMs: migrationMs });
      try {
        await migrate(client, migrations, clock.now(), usual.role);
      } finally {
        await client.end();
      }
      return;
    } catch (error) {
      if (!isConnectionLoss(error) || clock.monotonic() >= until) throw toStoreError(error, url);
      await delay(retryMs);
    }
  }
}

const withName = (reason: string | undefined) => reason && `PostgreSQL: ${reason}`;

/** An outage is told of once, not with every batch. */
function spoolReports(tell: (problem: StoreProblem) => void) {
  let told = false;
  return {
    report(problem: StoreProblem) {
      if (problem.kind === 'spool-replayed') told = false;
      tell(problem);
    },
    spooled(settlements: number, reason: string) {
      if (!told) tell({ kind: 'settle-spooled', settlements, reason });
      told = true;
    },
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
