// A gateway in this process whose clock a proof sets as it likes, with limits, before the upstream of the proofs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readEnvironment } from '../../../src/config/env.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { LimitMetric, LimitWindow } from '../../../src/core/limits.ts';
import { createGateway } from '../../../src/gateway.ts';
import { startPostgres } from '../../support/postgres.ts';
import { absentEngine } from '../../support/start-gateway.ts';
import { type Books, postgresBooks, sqliteBooks } from './books.ts';
import { type Client, createClient, model } from './client.ts';
import { runTollgate } from './node-process.ts';
import type { DatabaseName } from './site.ts';
import { startUpstream, type Upstream } from './upstream.ts';

/** Shows what it was set to; what passes meanwhile is measured by another clock, as in every gateway. */
export interface SettableClock extends Clock {
  set(at: number): void;
}

export interface ConfiguredLimit {
  readonly scope: Readonly<Record<string, string>>;
  readonly metric: LimitMetric;
  readonly window: LimitWindow;
  readonly amount: number;
}

export interface ClockSite extends AsyncDisposable {
  readonly url: string;
  readonly clock: SettableClock;
  readonly client: Client;
  readonly upstream: Upstream;
  readonly books: Books;
  /** Takes other prices over, in USD per million tokens. */
  reprice(input: number, output: number): Promise<void>;
  /** What stands under the limit of this metric in a window. */
  standing(
    metric: LimitMetric,
    span: { readonly start: number; readonly end: number },
  ): Promise<{ readonly settled: bigint; readonly held: bigint }>;
  /** `tollgate ledger verify`; throws with its findings. */
  verify(): Promise<void>;
}

const bootstrapKey = 'proof-bootstrap-key-0123456789abcdef';

export async function openClockSite(
  database: DatabaseName,
  start: number,
  limits: readonly ConfiguredLimit[],
): Promise<ClockSite> {
  await using undo = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-proof-'));
  undo.defer(() => rmSync(folder, { recursive: true, force: true }));
  const upstream = undo.use(await startUpstream());
  const server = database === 'PostgreSQL' ? undo.use(await startPostgres()) : undefined;
  const databaseUrl = await server?.createDatabase();
  const file = join(folder, 'tollgate.yaml');
  const write = (input: number, output: number) =>
    writeFileSync(file, JSON.stringify(configOf(upstream.url, limits, { input, output })));
  write(1, 2);
  const variables = {
    TOLLGATE_PORT: '0',
    TOLLGATE_DATA: join(folder, 'data'),
    TOLLGATE_CONFIG: file,
    TOLLGATE_BOOTSTRAP_KEY: bootstrapKey,
    TOLLGATE_LOCAL_MODEL: 'off',
    ...(databaseUrl === undefined ? {} : { TOLLGATE_DATABASE_URL: databaseUrl }),
  };
  let now = start;
  const clock: SettableClock = {
    now: () => now,
    monotonic: () => performance.now(),
    set: (at) => {
      now = at;
    },
  };
  const gateway = undo.use(
    await createGateway({
      environment: readEnvironment({}, variables),
      log: pino({ level: 'silent' }),
      engine: absentEngine(),
      clock,
    }),
  );
  const books = undo.use(
    databaseUrl === undefined ? sqliteBooks(variables.TOLLGATE_DATA) : await postgresBooks(databaseUrl),
  );
  const client = undo.use(createClient(bootstrapKey));
  const { limitReader } = gateway.store.admin;
  const parts = undo.move();
  return {
    url: gateway.url,
    clock,
    client,
    upstream,
    books,
    async reprice(input, output) {
      write(input, output);
      await gateway.config.reload();
    },
    async standing(metric, span) {
      const { items } = await limitReader.limits({ metric }, { limit: 10 });
      const [limit] = items;
      if (!limit) throw new Error(`there is no limit of ${metric}`);
      return limitReader.counter(limit, '', span);
    },
    async verify() {
      const { code, output } = await runTollgate(['ledger', 'verify', '--json'], variables);
      if (code !== 0) throw new Error(`ledger verify ended with ${code}:\n${output.slice(0, 5_000)}`);
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function configOf(
  upstream: string,
  limits: readonly ConfiguredLimit[],
  price: { readonly input: number; readonly output: number },
) {
  return {
    providers: { scripted: { type: 'openai-compatible', base_url: upstream, api_key: 'upstream-key' } },
    models: {
      [model]: {
        price,
        max_output_tokens: 4_096,
        route: [[{ provider: 'scripted', model: 'upstream-model' }]],
      },
    },
    limits,
  };
}
