// Where calls go, and how much comes back: names are checked when they are resolved, heads are bounded and nothing is
// unpacked, by the transport that every provider uses. What bounds bodies is in tests/hostile/upstream-excess.test.ts.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGuardedLookup } from '../../src/providers/address-guard.ts';
import { createUpstreamTransport } from '../../src/providers/transport.ts';
import { polite, type Script, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';

let upstream: ScriptedUpstream;
beforeAll(async () => {
  upstream = await startUpstream(polite);
});
afterAll(() => upstream[Symbol.asyncDispose]());

/** What came of a call: a status, or the reason of its failure. */
async function call(host: string, resolved: string): Promise<number | string> {
  const lookup = createGuardedLookup(((_name: string, _options: unknown, callback: CallableFunction) =>
    callback(null, [{ address: resolved, family: 4 }])) as never);
  await using transport = createUpstreamTransport(lookup);
  return await new Promise((resolve) => {
    transport.dispatch(
      {
        origin: `http://${host}:${upstream.port}`,
        path: '/v1/chat/completions',
        headers: {},
        body: Buffer.from('{}'),
      },
      2_000,
      {
        onHeaders: (status) => resolve(status),
        onData: () => undefined,
        onEnd: () => true,
        onError: ({ reason }) => resolve(reason),
      },
    );
  });
}

test('a name that leads to loopback is called', async () => {
  expect(await call('model.example', '127.0.0.1')).toBe(200);
});

test('a name that leads to a metadata service is not', async () => {
  const before = upstream.connections();
  expect(await call('model.example', '169.254.169.254')).toBe(
    'its host name leads to an address that is refused',
  );
  expect(upstream.connections()).toBe(before);
});

test('an address the operator wrote needs no resolving', async () => {
  expect(await call('127.0.0.1', '169.254.169.254')).toBe(200);
});

describe('what an upstream sends', () => {
  const tooLong = 'the head of its answer is too long';

  /** The status and the bytes of the answer, or the reason why there are none. */
  async function answerOf(script: Script): Promise<{ status?: number; body: Buffer; reason?: string }> {
    upstream.next(script);
    await using transport = createUpstreamTransport();
    const { promise, resolve } = Promise.withResolvers<{ status?: number; body: Buffer; reason?: string }>();
    const pieces: Buffer[] = [];
    let status: number | undefined;
    transport.dispatch(
      { origin: `http://127.0.0.1:${upstream.port}`, path: '/v1', headers: {}, body: Buffer.from('{}') },
      20_000,
      {
        onHeaders(given) {
          status = given;
        },
        onData: (piece) => void pieces.push(piece),
        onEnd() {
          resolve({ ...(status === undefined ? {} : { status }), body: Buffer.concat(pieces) });
          return true;
        },
        onError: ({ reason }) => resolve({ reason, body: Buffer.concat(pieces) }),
      },
    );
    return await promise;
  }

  test('a head of 15 KiB is read', async () => {
    const answer = await answerOf(({ head, end }) => {
      head(200, { 'x-long': 'y'.repeat(15 * 1024) });
      end('{}');
    });
    expect(answer).toEqual({ status: 200, body: Buffer.from('{}') });
  });

  test.each([
    [
      'one long header',
      ({ response }) => void response.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(17_000)}\r\n\r\n`),
    ],
    [
      'thousands of short ones',
      ({ response }) =>
        void response.socket?.end(`HTTP/1.1 200 OK\r\n${'x: yyyyyyyyy\r\n'.repeat(4_000)}\r\n`),
    ],
    [
      'trailers behind the body',
      ({ response }) =>
        void response.socket?.end(
          `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${'x: yyyyyyyyy\r\n'.repeat(4_000)}\r\n`,
        ),
    ],
  ] satisfies [string, Script][])('a head of more than 16 KiB is given up on: %s', async (_, script) => {
    expect((await answerOf(script)).reason).toBe(tooLong);
  });

  test('packed bytes stay packed, so that few cannot become many', async () => {
    const packed = gzipSync(Buffer.alloc(10 * 2 ** 20));
    const { body } = await answerOf(({ head, end }) => {
      head(200, { 'content-encoding': 'gzip' });
      end(packed);
    });
    expect(body.equals(packed)).toBe(true);
  });
});
