// Everything a proof runs against, as an operator would have it: a database, one or several gateways as processes, an
// upstream, and the admin API to make keys and limits with.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { type Books, type Metric, postgresBooks, sqliteBooks } from './books.ts';
import { model } from './client.ts';
import { type CommandEnd, createNode, type NodeProcess, runTollgate } from './node-process.ts';
import { startUpstream, type Upstream } from './upstream.ts';

export type DatabaseName = 'SQLite' | 'PostgreSQL';

/** As the admin API shows it. */
export interface ShownLimit {
  readonly id: string;
  readonly settled: string | number;
  readonly held: string | number;
  readonly settled_nanousd?: string;
  readonly held_nanousd?: string;
}

export interface NewLimit {
  readonly scope: Readonly<Record<string, string>>;
  readonly metric: Metric;
  readonly window?: string;
  readonly amount: string | number;
}

export interface Site extends AsyncDisposable {
  readonly nodes: readonly NodeProcess[];
  readonly upstream: Upstream;
  readonly books: Books;
  /** The server behind the nodes, where it is PostgreSQL. */
  readonly server: PostgresServer | undefined;
  newKey(name: string): Promise<{ readonly id: string; readonly key: string }>;
  newLimit(limit: NewLimit): Promise<ShownLimit>;
  setAmount(limitId: string, amount: string | number): Promise<void>;
  limit(limitId: string, node?: number): Promise<ShownLimit>;
  /** `tollgate ledger verify`, beside the gateways. Throws with its findings. */
  verify(): Promise<{ readonly rows: number; readonly counters: number }>;
}

/** 1 and 2 USD per million: a token in costs 1,000 nano-USD, one out 2,000. */
export const inputPrice = 1_000n;
export const outputPrice = 2_000n;
/** The cap of a request that sets none. */
export const usualCap = 4_096;

const adminToken = 'proof-admin-token-0123456789abcdef';
const bootstrapKey = 'proof-bootstrap-key-0123456789abcdef';

export async function openSite(options: {
  readonly database: DatabaseName;
  readonly nodes: number;
}): Promise<Site> {
  await using undo = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-proof-'));
  undo.defer(() => rmSync(folder, { recursive: true, force: true }));
  const upstream = undo.use(await startUpstream());
  const server = options.database === 'PostgreSQL' ? undo.use(await startPostgres()) : undefined;
  const url = await server?.createDatabase();
  const config = join(folder, 'tollgate.yaml');
  writeFileSync(config, JSON.stringify(configOf(upstream.url)));
  const dataOf = (index: number) => join(folder, `data-${index}`);
  const variablesOf = (index: number) => ({
    TOLLGATE_DATA: dataOf(index),
    TOLLGATE_CONFIG: config,
    TOLLGATE_ADMIN_TOKEN: adminToken,
    TOLLGATE_BOOTSTRAP_KEY: bootstrapKey,
    TOLLGATE_LOG_LEVEL: 'warn',
    ...(url === undefined ? {} : { TOLLGATE_DATABASE_URL: url }),
  });
  const nodes = Array.from({ length: options.nodes }, (_, index) => createNode(variablesOf(index)));
  for (const node of nodes) undo.defer(() => node.kill());
  // All at once, as an orchestrator does.
  await Promise.all(nodes.map((node) => node.start()));
  const books = undo.use(url === undefined ? sqliteBooks(dataOf(0)) : await postgresBooks(url));

  async function admin(method: string, path: string, body?: object, node = 0): Promise<unknown> {
    const answer = await fetch(`${nodes[node]?.url}/admin/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${adminToken}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  const parts = undo.move();
  return {
    nodes,
    upstream,
    books,
    server,
    newKey: async (name) => (await admin('POST', '/keys', { name })) as { id: string; key: string },
    newLimit: async (limit) => (await admin('POST', '/limits', limit)) as ShownLimit,
    setAmount: async (id, amount) => void (await admin('PATCH', `/limits/${id}`, { amount })),
    limit: async (id, node) => (await admin('GET', `/limits/${id}`, undefined, node)) as ShownLimit,
    verify: async () => readVerification(await runTollgate(['ledger', 'verify', '--json'], variablesOf(0))),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function readVerification({ code, output }: CommandEnd) {
  if (code !== 0) throw new Error(`ledger verify ended with ${code}:\n${output.slice(0, 5_000)}`);
  return JSON.parse(output) as { rows: number; counters: number };
}

function configOf(upstream: string) {
  return {
    providers: { scripted: { type: 'openai-compatible', base_url: upstream, api_key: 'upstream-key' } },
    models: {
      [model]: {
        price: { input: 1, output: 2 },
        max_output_tokens: usualCap,
        route: [[{ provider: 'scripted', model: 'upstream-model' }]],
      },
    },
  };
}
