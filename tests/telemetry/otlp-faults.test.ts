// A receiver of OTLP that is slow, gone, busy, or picky: what is lost is told, no request and no end of the process waits for it.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { serveProcess } from '../support/serve-process.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** Bodies by path, as they came. */
  readonly bodies: { readonly path: string; readonly encoding: string | undefined; readonly body: Buffer }[];
}

async function receiver(answer: RequestListener): Promise<Receiver> {
  const bodies: Receiver['bodies'] = [];
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const { url: path = '', headers } = incoming;
    bodies.push({ path, encoding: headers['content-encoding'], body: Buffer.concat(pieces) });
    answer(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let upstream: ScriptedUpstream;

beforeEach(async () => {
  upstream = await startUpstream(polite);
});
afterEach(() => upstream[Symbol.asyncDispose]());

function gatewayFor(
  endpoint: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<TestGateway> {
  return startGateway({
    upstreams: [upstream.url],
    variables: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_BSP_SCHEDULE_DELAY: '10',
      ...variables,
    },
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const askOnce = async (gateway: TestGateway) => {
  const answer = await gateway.chat(ask());
  expect(answer.status).toBe(200);
  await answer.text();
};
const told = (gateway: TestGateway) => gateway.logs.filter(({ msg }) => /OTLP|spans/.test(msg));

test('a process whose receiver is gone ends in order', async () => {
  const data = mkdtempSync(join(tmpdir(), 'tollgate-otlp-'));
  await using gone = await receiver(() => undefined);
  const { url } = gone;
  await gone[Symbol.asyncDispose]();
  await using gateway = await serveProcess({
    data,
    environment: {
      TOLLGATE_LOCAL_MODEL: 'off',
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_BSP_SCHEDULE_DELAY: '60000',
    },
  });
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', body: '{}' });
  expect(answer.status).toBe(401);
  expect(await gateway.end('SIGTERM')).toBe(0);
  expect(gateway.output()).toContain('Stopped.');
  rmSync(data, { recursive: true, force: true });
}, 120_000);

describe('a receiver that takes everything and never answers', () => {
  test('is given up after its time, which the log says', async () => {
    await using silent = await receiver(() => undefined);
    await using gateway = await gatewayFor(silent.url, { OTEL_EXPORTER_OTLP_TIMEOUT: '50' });
    await askOnce(gateway);
    await until(() => told(gateway).length > 0);
    expect(told(gateway)[0]).toMatchObject({ signal: 'traces', reason: 'no answer within 50 ms' });
  });

  test('spans that wait for it meanwhile are bounded, and counted', async () => {
    await using silent = await receiver(() => undefined);
    const gateway = await gatewayFor(silent.url, {
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
      OTEL_BSP_MAX_QUEUE_SIZE: '2',
    });
    await askOnce(gateway);
    await until(() => silent.bodies.length > 0);
    for (let index = 0; index < 3; index++) await askOnce(gateway);
    await gateway.ledger();
    await gateway[Symbol.asyncDispose]();
    const lost = told(gateway).filter(({ spans }) => spans !== undefined);
    expect(lost[0]).toMatchObject({ spans: 1, msg: 'spans did not fit into their queue and are lost' });
    expect(lost.reduce((sum, { spans }) => sum + spans, 0)).toBe(4);
  });
});

test('one that is busy is asked again when it wants to be', async () => {
  let busy = 1;
  await using server = await receiver((_, response) => {
    if (busy-- > 0) response.writeHead(429, { 'retry-after': '2' }).end();
    else response.writeHead(200).end();
  });
  const gateway = await gatewayFor(server.url);
  await askOnce(gateway);
  await until(() => server.bodies.length > 1);
  await gateway[Symbol.asyncDispose]();
  expect(server.bodies[1]).toEqual(server.bodies[0]);
  expect(told(gateway)).toEqual([]);
});

test('one that wants to be asked later than an export may take loses it, which the log says', async () => {
  await using server = await receiver((_, response) => {
    response.writeHead(503, { 'retry-after': '3600' }).end();
  });
  await using gateway = await gatewayFor(server.url);
  await askOnce(gateway);
  await until(() => told(gateway).length > 0);
  expect(told(gateway)[0]).toMatchObject({ reason: 'status 503' });
  expect(server.bodies).toHaveLength(1);
});

test('one that does not take all of it: the log has its words', async () => {
  const said = Buffer.from('0a0f0803120b746f6f206f6c64206f6e65', 'hex');
  await using server = await receiver((_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(said);
  });
  await using gateway = await gatewayFor(server.url);
  await askOnce(gateway);
  await until(() => told(gateway).length > 0);
  expect(told(gateway)[0]).toMatchObject({
    signal: 'traces',
    rejected: 3,
    reason: 'too old one',
    msg: 'the OTLP endpoint does not take all of what it is sent',
  });
});

test('a web page is no answer', async () => {
  await using server = await receiver((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Sign in');
  });
  await using gateway = await gatewayFor(server.url);
  await askOnce(gateway);
  await until(() => told(gateway).length > 0);
  expect(told(gateway)[0].reason).toContain('web page');
});

test('compressed where that is asked for', async () => {
  await using server = await receiver((_, response) => void response.writeHead(200).end());
  await using gateway = await gatewayFor(server.url, {
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  await askOnce(gateway);
  await until(() => server.bodies.length > 0);
  const [first] = server.bodies;
  expect(first?.encoding).toBe('gzip');
  expect(JSON.parse(gunzipSync(first?.body ?? '').toString())).toHaveProperty('resourceSpans');
});
