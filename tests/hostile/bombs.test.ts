// Bodies made to hurt are answered as they should be, and the next request is answered as if nothing had been.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf } from '../support/read-events.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { bombs } from './bombs.ts';
import { judgeErrorBody } from './judge-answer.ts';
import { playRaw } from './raw-client.ts';
import { type RawUpstream, startRawUpstream } from './raw-upstream.ts';

let upstream: RawUpstream;
let gateway: TestGateway;
const arrived: string[] = [];

beforeAll(async () => {
  upstream = await startRawUpstream((body) => {
    arrived.push(body);
    return undefined;
  });
  gateway = await startGateway({ upstreams: [upstream.url] });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
  expect(gateway.logs).toEqual([]);
});

describe('a body of', () => {
  test.each(bombs)(
    '$name',
    async ({ make, status }) => {
      arrived.splice(0);
      const body = make();
      const response = await gateway.chat(body);
      expect([response.status, response.headers.get('x-request-id')]).toEqual([
        status,
        expect.stringMatching(/^req_/),
      ]);
      const answer = await response.text();
      if (status === 200) expect(arrived).toHaveLength(1);
      else {
        expect(judgeErrorBody(JSON.parse(answer))).toEqual([]);
        expect(arrived).toEqual([]);
      }
      expect((await gateway.chat(ask())).status).toBe(200);
    },
    120_000,
  );

  test('32 MiB is taken, one byte more is not', async () => {
    const body = Buffer.from(JSON.stringify(ask()));
    const padded = Buffer.concat([body, Buffer.alloc(32 * 1024 * 1024 - body.length, ' ')]);
    expect((await gateway.chat(padded)).status).toBe(200);
    const response = await gateway.chat(Buffer.concat([padded, Buffer.from(' ')]));
    expect(response.status).toBe(413);
    expect(await errorOf(response)).toMatchObject({ code: 'request_too_large' });
  }, 120_000);

  test('a body with more fields than any request has is refused before it is parsed', async () => {
    const fields = Array.from({ length: 40_000 }, (_, index) => `"k${index}":1`).join(',');
    const response = await gateway.chat(JSON.stringify(ask()).replace('{', `{${fields},`));
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toEqual({
      message: 'The JSON body of your request has more than 10000 fields.',
      type: 'invalid_request_error',
      code: 'object_above_max_properties',
      param: null,
    });
  });

  test.each(['gzip', 'br', 'zstd'])('%s is refused as what it is, not as broken JSON', async (coding) => {
    const response = await gateway.chat(gzipSync(JSON.stringify(ask())), {
      headers: { 'content-encoding': coding },
    });
    expect(response.status).toBe(415);
    expect((await errorOf(response)).message).toMatch(new RegExp(coding));
  });

  test('chunks, with extensions before and trailers behind', async () => {
    const body = JSON.stringify(ask());
    const chunks = [body.slice(0, 9), body.slice(9)].map(
      (text) => `${text.length.toString(16)};a="b"\r\n${text}\r\n`,
    );
    const bytes = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n${chunks.join('')}0\r\nx-sum: 1\r\nauthorization: Bearer other\r\n\r\n`;
    const script = {
      pieces: [Buffer.from(bytes)],
      pauseMs: 0,
      ending: 'wait',
      method: 'POST',
      expected: 1,
    } as const;
    const { answers } = await playRaw(gateway.port, script, 20_000, 20_000);
    expect(answers.map(({ status }) => status)).toEqual([200]);
  });
});
