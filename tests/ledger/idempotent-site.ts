// Gateways on one database of any kind, one after the other or, on PostgreSQL, several at once: the same configuration, the same
// API key, an upstream that counts what it accepted.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { generateApiKey } from '../../src/accounts/api-key.ts';
import { readEnvironment } from '../../src/config/env.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { LedgerRow } from '../../src/core/store.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { type Json, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { type ServeProcess, serveProcess } from '../support/serve-process.ts';
import { absentEngine, ask, configOf } from '../support/start-gateway.ts';
import type { DatabaseKind } from './databases.ts';
import { postgresServer } from './databases.ts';
import { temporaryFolder } from './fixtures.ts';

export interface Node extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly url: string;
  rows(): Promise<readonly LedgerRow[]>;
}

export interface Site {
  readonly upstream: ScriptedUpstream;
  readonly key: string;
  /** A gateway in this process; `place` tells those that run at once apart. */
  node(place?: string, clock?: Clock): Promise<Node>;
  /** A gateway in a process of its own. */
  serve(): Promise<ServeProcess>;
  /** Sends a chat request with an idempotency key. */
  send(url: string, key: string, body?: Json | string, init?: RequestInit): Promise<Response>;
}

export interface SiteOptions {
  readonly server?: Json;
  readonly limits?: Json;
  readonly model?: Json;
}

export async function openSite(kind: DatabaseKind, options: SiteOptions = {}): Promise<Site> {
  const upstream = await startUpstream();
  onTestFinished(() => upstream[Symbol.asyncDispose]());
  const folder = temporaryFolder();
  const database = kind.name === 'PostgreSQL' ? await (await postgresServer()).createDatabase() : undefined;
  const file = join(folder, 'tollgate.yaml');
  const { limits, ...rest } = options;
  writeFileSync(
    file,
    JSON.stringify({ ...configOf({ upstreams: [upstream.url], ...rest }), limits: limits ?? [] }),
  );
  const key = generateApiKey();
  const variables = (place: string) => ({
    TOLLGATE_HOST: '127.0.0.1',
    TOLLGATE_PORT: '0',
    TOLLGATE_DATA: join(folder, place),
    TOLLGATE_CONFIG: file,
    TOLLGATE_BOOTSTRAP_KEY: key,
    TOLLGATE_LOCAL_MODEL: 'off',
    ...(database ? { TOLLGATE_DATABASE_URL: database } : {}),
  });

  return {
    upstream,
    key,
    async node(place = 'data', clock) {
      const gateway = await createGateway({
        environment: readEnvironment({}, variables(place)),
        log: pino({ level: 'silent' }),
        engine: absentEngine(),
        ...(clock ? { clock } : {}),
      });
      onTestFinished(() => gateway[Symbol.asyncDispose]());
      return {
        gateway,
        url: gateway.url,
        rows: () => closedRows(gateway),
        [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
      };
    },
    async serve() {
      const data = join(folder, 'data');
      mkdirSync(data, { recursive: true });
      const environment = variables('data');
      const child = await serveProcess({ data, environment });
      onTestFinished(() => child[Symbol.asyncDispose]());
      return child;
    },
    send: (url, idempotencyKey, body = ask(), init = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
        },
      }),
  };
}

/** Newest first, once none is held. */
async function closedRows({ store }: Gateway): Promise<readonly LedgerRow[]> {
  for (;;) {
    const { items } = await store.ledgerReader.rows({ limit: 1000 });
    if (items.every((row) => row.state !== 'held')) return items;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
