// A gateway of several processes before a scripted upstream, as its users run it: by the command, on a free port.
import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { verifyLedger } from '../../src/accounts/ledger-verify.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { LedgerRow } from '../../src/core/store.ts';
import { openToolStore } from '../../src/store/open.ts';
import { openLedgerSnapshot } from '../../src/store/open-snapshot.ts';
import { type Json, polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { type ServeProcess, serveProcess } from '../support/serve-process.ts';

export const key = 'workers-test-key-0123456789';
const adminToken = 'workers-test-admin-0123456789';

export interface Site extends AsyncDisposable {
  readonly upstream: ScriptedUpstream;
  serve: ServeProcess;
  /** Ends what runs, if it does, and starts again on the same data. */
  start(): Promise<void>;
  /** Each on a connection of its own, unless one is free. */
  chat(
    members?: Json,
    init?: { readonly key?: string; readonly headers?: Record<string, string> },
  ): Promise<Response>;
  admin(method: string, path: string, body?: Json): Promise<Json>;
  /** The admin API, without a look at what it says. */
  adminRaw(path: string, init?: RequestInit): Promise<Response>;
  /** A metric's value: of all series of that name. */
  metric(name: string): Promise<number>;
  /** Process ids of the workers. */
  workers(): Promise<number[]>;
  configure(change: (config: Json) => void): Promise<void>;
  /** All rows, once none is held. */
  closedRows(): Promise<readonly LedgerRow[]>;
  rows(): Promise<readonly LedgerRow[]>;
  /** How many findings the check of the ledger has. */
  findings(): Promise<readonly unknown[]>;
}

export async function startSite(
  options: { readonly databaseUrl?: string; readonly workers?: number } = {},
): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-workers-'));
  const data = join(folder, 'data');
  const file = join(folder, 'tollgate.yaml');
  const upstream = await startUpstream(polite);
  const config: Json = {
    providers: { scripted: { type: 'openai-compatible', base_url: upstream.url } },
    models: { m: { price: { input: 1, output: 2 }, route: [[{ provider: 'scripted' }]] } },
    server: { shutdown_grace: '5s' },
  };
  const write = async () => {
    await writeFile(`${file}.new`, JSON.stringify(config));
    await rename(`${file}.new`, file);
  };
  await write();
  const place = {
    dataFolder: data,
    databaseUrl:
      options.databaseUrl === undefined ? undefined : { reveal: () => options.databaseUrl as string },
  };
  const start = () =>
    serveProcess({
      data,
      environment: {
        TOLLGATE_LOCAL_MODEL: 'off',
        TOLLGATE_BOOTSTRAP_KEY: key,
        TOLLGATE_ADMIN_TOKEN: adminToken,
        TOLLGATE_CONFIG: file,
        TOLLGATE_WORKERS: String(options.workers ?? 2),
        ...(options.databaseUrl === undefined ? {} : { TOLLGATE_DATABASE_URL: options.databaseUrl }),
      },
    });

  async function rows(): Promise<readonly LedgerRow[]> {
    await using store = await openToolStore(place, { clock: systemClock });
    const found: LedgerRow[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.ledgerReader.rows({
        limit: 1000,
        ...(cursor === undefined ? {} : { cursor }),
      });
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return found;
  }

  const adminRaw = (path: string, init: RequestInit = {}) =>
    fetch(`${site.serve.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json', ...init.headers },
    });

  const site: Site = {
    upstream,
    serve: await start(),
    async start() {
      await site.serve.end('SIGKILL');
      site.serve = await start();
    },
    chat: (members = {}, init = {}) =>
      fetch(`${site.serve.url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${init.key ?? key}`,
          'content-type': 'application/json',
          ...init.headers,
        },
        body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...members }),
      }),
    adminRaw,
    async admin(method, path, body) {
      const response = await adminRaw(`/admin/v1${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    async metric(name) {
      const page = await (await adminRaw('/metrics')).text();
      const values = page.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'));
      return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
    },
    async workers() {
      const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
      const processes = [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)];
      const family = new Set([site.serve.child.pid]);
      // The command may have started the right Node as a child of its own.
      for (const [, pid, parent] of processes) if (family.has(Number(parent))) family.add(Number(pid));
      return processes
        .filter(([, , parent, args]) => family.has(Number(parent)) && /workers[/\\]entry/.test(args ?? ''))
        .map(([, pid]) => Number(pid));
    },
    async configure(change) {
      change(config);
      await write();
    },
    rows,
    async closedRows() {
      for (;;) {
        const found = await rows();
        if (found.every(({ state }) => state !== 'held')) return found;
        await delay(50);
      }
    },
    async findings() {
      await using snapshot = await openLedgerSnapshot(place, { clock: systemClock });
      return (await verifyLedger(snapshot, {})).findings;
    },
    async [Symbol.asyncDispose]() {
      await site.serve.end('SIGKILL');
      await upstream[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return site;
}

/**
 * Asks again until it holds; the test's own time limit ends it. A question may be asked on a connection to a worker that has just
 * died.
 */
export async function eventually(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (;;) {
    try {
      if (await holds()) return;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await delay(30);
  }
}
