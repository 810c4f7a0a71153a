// A gateway in this process, on a free port, with a data folder of its own; everything is gone when it is disposed.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { Agent, setGlobalDispatcher } from 'undici';
import { generateApiKey } from '../../src/accounts/api-key.ts';
import { readEnvironment } from '../../src/config/env.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { LocalEngine } from '../../src/core/ports.ts';
import type { LedgerRow } from '../../src/core/store.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import type { Json } from './scripted-upstream.ts';

// A client in the gateway's own process is as late as the gateway is, and may write to a connection of which it has not read yet that
// it was closed behind an error in a stream. This one gives idle connections up before the gateway does.
setGlobalDispatcher(new Agent({ keepAliveMaxTimeout: 100 }));

export interface TestGateway extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly key: string;
  readonly folder: string;
  readonly gateway: Gateway;
  /** Log records of level `warn` and above, or of `logLevel`. */
  readonly logs: Json[];
  /** Sends a chat request; `body` may be anything, objects become JSON. */
  chat(body: Json, init?: RequestInit & { readonly key?: string }): Promise<Response>;
  /** All rows, newest first, once none is held any more. */
  ledger(): Promise<readonly LedgerRow[]>;
  /** The newest row, once it is closed. */
  row(): Promise<LedgerRow>;
  /** Replaces tollgate.yaml and takes it over. */
  configure(config: Json): Promise<void>;
}

export interface TestGatewayOptions {
  /** Base URLs of the upstreams; they are the providers `first`, `second`, … */
  readonly upstreams: readonly string[];
  /** Members of the model `test-model`, such as `timeouts`. */
  readonly model?: Json;
  /** More models, by name. */
  readonly models?: Json;
  /** The `server` member of tollgate.yaml. */
  readonly server?: Json;
  /** Members of every provider, such as `capabilities`. */
  readonly provider?: Json;
  readonly engine?: LocalEngine;
  /** PostgreSQL instead of SQLite in the data folder. */
  readonly databaseUrl?: string;
  readonly logLevel?: 'debug' | 'info' | 'warn';
  readonly clock?: Clock;
  /** Folder of the built console. */
  readonly consoleFolder?: string;
  /** Further variables of its environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

export const upstreamKey = 'sk-upstream-0123456789abcdefghij';
/** 1 and 2 USD per million: a token in costs 1000 nano-USD, a cached one 100, one out 2000. */
export const price = { input: 1, cached_input: 0.1, output: 2 };

const providerNames = ['first', 'second', 'third'] as const;

export function configOf(options: TestGatewayOptions): Json {
  const names = options.upstreams.map((_, index) => providerNames[index] ?? 'other');
  const providers = options.upstreams.map((url, index) => [
    names[index],
    { type: 'openai-compatible', base_url: url, api_key: upstreamKey, ...options.provider },
  ]);
  return {
    providers: Object.fromEntries(providers),
    models: {
      'test-model': {
        price,
        route: names.map((provider) => [{ provider, model: 'upstream-model' }]),
        ...options.model,
      },
      'free-model': { price: 'free', route: [[{ provider: 'first', model: 'upstream-model' }]] },
      ...options.models,
      'unpriced-model': { route: [[{ provider: 'first', model: 'upstream-model' }]] },
    },
    ...(options.server ? { server: options.server } : {}),
  };
}

export async function startGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-test-'));
  const file = join(folder, 'tollgate.yaml');
  // YAML takes JSON as it is.
  await writeFile(file, JSON.stringify(configOf(options)));
  const key = generateApiKey();
  const logs: Json[] = [];
  const environment = readEnvironment(
    {},
    {
      TOLLGATE_HOST: '127.0.0.1',
      TOLLGATE_PORT: '0',
      TOLLGATE_DATA: join(folder, 'data'),
      TOLLGATE_CONFIG: file,
      TOLLGATE_BOOTSTRAP_KEY: key,
      TOLLGATE_LOCAL_MODEL: 'off',
      ...options.variables,
      TOLLGATE_DATABASE_URL: options.databaseUrl,
    },
  );
  const gateway = await createGateway({
    environment,
    log: pino({ level: options.logLevel ?? 'warn' }, collect(logs)),
    engine: options.engine ?? absentEngine(),
    ...(options.clock ? { clock: options.clock } : {}),
    ...(options.consoleFolder ? { consoleFolder: options.consoleFolder } : {}),
  });

  async function ledger(): Promise<readonly LedgerRow[]> {
    for (;;) {
      const { items } = await gateway.store.ledgerReader.rows({ limit: 1000 });
      if (items.every((row) => row.state !== 'held')) return items;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  return {
    url: gateway.url,
    port: Number(new URL(gateway.url).port),
    key,
    folder,
    gateway,
    logs,
    chat: (body, { key: other, ...init } = {}) =>
      fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
        ...init,
        headers: {
          authorization: `Bearer ${other ?? key}`,
          'content-type': 'application/json',
          ...(init.headers as Record<string, string> | undefined),
        },
      }),
    ledger,
    async row() {
      const [row] = await ledger();
      if (!row) throw new Error('the ledger is empty');
      return row;
    },
    async configure(config) {
      // In one step: the gateway watches the file, and half of one is a file too.
      await writeFile(`${file}.new`, JSON.stringify(config));
      await rename(`${file}.new`, file);
      await gateway.config.reload();
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A request that is right in every way. */
export function ask(members: Json = {}): Json {
  return { model: 'test-model', messages: [{ role: 'user', content: 'Say hello.' }], ...members };
}

function collect(logs: Json[]): Writable {
  return new Writable({
    write(line, _encoding, callback) {
      logs.push(JSON.parse(String(line)));
      callback();
    },
  });
}

/** An embedded model that was turned off, or is in the state that `status` gives. */
export function absentEngine(members: Partial<LocalEngine> = {}): LocalEngine {
  return {
    socketPath: '/nowhere/tollgate.sock',
    status: () => ({ state: 'off', detail: 'The embedded model is turned off.' }),
    onStatus: () => () => undefined,
    start: () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
    ...members,
  };
}
