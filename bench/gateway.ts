// Starts Tollgate the way its users do: `serve`, with a data folder of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Place, root, type Started, start } from './spawn.ts';
import { price, publicModel, upstreamModel } from './wire.ts';

export const apiKey = 'bench-key-0123456789abcdef';

export interface Folder extends Disposable {
  readonly path: string;
}

/**
 * An empty folder. On the disk of the repository, because the system's temporary folder may be memory, where syncing a
 * ledger costs nothing; `short` ones go there all the same, for sockets whose path must not be long.
 */
export function makeFolder(short = false): Folder {
  const parent = short ? tmpdir() : join(root, 'bench', 'results');
  mkdirSync(parent, { recursive: true });
  const path = mkdtempSync(join(parent, 'run-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export interface GatewayOptions {
  readonly dataFolder: string;
  /** `src/main.ts`, or `dist/main.js` as it is published. */
  readonly entry?: string;
  readonly place?: Place;
  /** An upstream to serve `publicModel` from; absent = none. */
  readonly upstream?: string;
  readonly localModel?: string | undefined;
  readonly nodeFlags?: readonly string[];
  /** US dollars a month for all requests together; with it, requests a minute are limited too. Absent = no limits. */
  readonly budget?: number | undefined;
  readonly workers?: number | undefined;
}

/** Opens `/metrics`. */
export const metricsToken = 'bench-metrics-0123456789';

/** `found` is its URL. */
export function startGateway(options: GatewayOptions): Promise<Started> {
  const { dataFolder, entry = 'src/main.ts', place = 'measured', upstream, localModel = 'off' } = options;
  const { budget, workers } = options;
  return start({
    args: [...(options.nodeFlags ?? []), entry, 'serve'],
    place,
    environment: {
      TOLLGATE_PORT: '0',
      TOLLGATE_DATA: dataFolder,
      TOLLGATE_BOOTSTRAP_KEY: apiKey,
      TOLLGATE_METRICS_TOKEN: metricsToken,
      TOLLGATE_LOCAL_MODEL: localModel,
      ...(workers === undefined ? {} : { TOLLGATE_WORKERS: String(workers) }),
      ...(upstream === undefined ? {} : { TOLLGATE_CONFIG: writeConfig(dataFolder, upstream, budget) }),
    },
    until: /listens on (http:\S+)/,
    log: join(dataFolder, 'log'),
  });
}

function writeConfig(folder: string, upstream: string, budget: number | undefined): string {
  const path = join(folder, 'tollgate.yaml');
  writeFileSync(
    path,
    `providers:
  mock: { type: openai-compatible, base_url: "${upstream}/v1", api_key: "upstream-key" }
models:
  ${publicModel}:
    price: { input: ${price.input}, cached_input: 0.125, output: ${price.output} }
    route: [ [ { provider: mock, model: ${upstreamModel} } ] ]
${budget === undefined ? '' : limitsOf(budget)}`,
  );
  return path;
}

const limitsOf = (budget: number) => `limits:
  - { scope: { project: default }, metric: cost, window: month, amount: "${budget}" }
  - { scope: { key: "*" }, metric: requests, window: minute, amount: 100000000 }
`;

/** Polls until `GET /ready` gives 200. */
export async function untilReady(url: string, longestMs: number): Promise<void> {
  const end = performance.now() + longestMs;
  for (;;) {
    const answer = await fetch(`${url}/ready`);
    const body = await answer.text();
    if (answer.status === 200) return;
    if (performance.now() > end) throw new Error(`not ready within ${longestMs / 1000} s: ${body}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface LedgerCount {
  readonly rows: number;
  readonly settled: number;
  readonly distinctCosts: number;
}

/** Of a gateway that has ended. */
export function countLedger(dataFolder: string): LedgerCount {
  using database = new DatabaseSync(join(dataFolder, 'tollgate.sqlite'), { readOnly: true });
  const counts = database
    .prepare(
      "select count(*) as rows, sum(state = 'settled') as settled, count(distinct cost_nanousd) as costs from requests",
    )
    .get();
  return {
    rows: Number(counts?.rows),
    settled: Number(counts?.settled),
    distinctCosts: Number(counts?.costs),
  };
}
