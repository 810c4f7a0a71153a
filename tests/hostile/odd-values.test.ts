// Values that are right JSON and wrong everywhere else: what the client meant reaches the upstream, or the client is told.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorOf } from '../support/read-events.ts';
import type { Json } from '../support/scripted-upstream.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { type RawAnswer, type RawUpstream, startRawUpstream } from './raw-upstream.ts';

let upstream: RawUpstream;
let gateway: TestGateway;
const arrived: string[] = [];
let answer: RawAnswer | undefined;

beforeAll(async () => {
  upstream = await startRawUpstream((body) => {
    arrived.push(body);
    return answer;
  });
  gateway = await startGateway({ upstreams: [upstream.url] });
});
beforeEach(() => {
  arrived.splice(0);
  answer = undefined;
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
  expect(gateway.logs).toEqual([]);
});

const question = '"messages":[{"role":"user","content":"x"}]';
const request = (members: string, messages = question) => `{"model":"test-model",${messages},${members}}`;

async function relayed(body: string): Promise<Json> {
  const response = await gateway.chat(body);
  expect([response.status, response.ok ? '' : await response.text()]).toEqual([200, '']);
  return JSON.parse(arrived[0] ?? '');
}

describe('text', () => {
  test.each([
    ['half a character', '\\ud800', '\ud800'],
    ['its halves the wrong way round', '\\udc00\\ud800', '\udc00\ud800'],
    ['one character in two escapes', '\\ud83d\\ude00', '😀'],
    ['NUL', 'a\\u0000b', 'a\0b'],
    ['line separators', '\u2028\u2029', '\u2028\u2029'],
    ['the end of a stream', 'data: [DONE]\\n\\n', 'data: [DONE]\n\n'],
    ['special tokens', '<|endoftext|><|im_start|>', '<|endoftext|><|im_start|>'],
    ['a byte order mark', '\uFEFFx', '\uFEFFx'],
  ])('%s arrives as it was meant', async (_, written, meant) => {
    const there = await relayed(request('"user":"u"', `"messages":[{"role":"user","content":"${written}"}]`));
    expect(there.messages[0].content).toBe(meant);
    // Also where the messages are written anew for the upstream.
    arrived.splice(0);
    const legacy =
      '{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"y"}';
    const rewritten = await relayed(
      request('"user":"u"', `"messages":[{"role":"developer","content":"${written}"},${legacy}]`),
    );
    expect(rewritten.messages[0].content).toBe(meant);
  });

  test('in the name of a model it is a model nobody has', async () => {
    for (const name of [
      '\\ud800',
      'a\\r\\nx-injected: 1',
      '\\u0000',
      '__proto__',
      'constructor',
      '模型',
      '../x',
    ]) {
      const response = await gateway.chat(`{"model":"${name}",${question}}`);
      expect(response.status).toBe(404);
      expect(response.headers.get('x-injected')).toBeNull();
      expect(await errorOf(response)).toMatchObject({ code: 'model_not_found', param: null });
    }
    expect(arrived).toEqual([]);
  });
});

describe('names of JavaScript’s own', () => {
  test.each([
    ['in the request', '"__proto__":{"stream":true,"n":128},"constructor":{"prototype":{"n":9}}'],
    ['as an array', '"__proto__":[1,2]'],
    ['in metadata', '"metadata":{"__proto__":"a","constructor":"b","toString":"c"}'],
    [
      'in the parameters of a tool',
      '"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}}}}}]',
    ],
    [
      'in a schema',
      '"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","properties":{"__proto__":{"type":"string"}}}}}',
    ],
  ])('%s are members like any other', async (_, members) => {
    const response = await gateway.chat(request(members));
    expect(response.headers.get('content-type')).toMatch(/json/);
    expect(response.status).toBe(200);
    expect(arrived[0]).toContain(members);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('n');
  });

  test('in logit_bias they are no numbers of tokens, and pollute nothing', async () => {
    const response = await gateway.chat(request('"logit_bias":{"__proto__":5,"1":1}'));
    expect(response.status).toBeLessThan(500);
    expect(({} as Json)[1]).toBeUndefined();
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    '%s is no role, type, format or effort',
    async (name) => {
      for (const [members, messages] of [
        ['"n":1', `"messages":[{"role":"${name}","content":"x"}]`],
        ['"n":1', `"messages":[{"role":"user","content":[{"type":"${name}"}]}]`],
        [`"response_format":{"type":"${name}"}`, question],
        [`"reasoning_effort":"${name}"`, question],
        [`"tools":[{"type":"${name}"}]`, question],
        [`"tool_choice":"${name}"`, question],
      ] as const) {
        const response = await gateway.chat(request(members, messages));
        expect([members, messages, response.status]).toEqual([members, messages, 400]);
        expect((await errorOf(response)).message).not.toMatch(/native code|\[object/);
      }
      expect(arrived).toEqual([]);
    },
  );
});

describe('numbers', () => {
  test.each<[members: string, status: number]>([
    ['"temperature":1e999', 400],
    ['"temperature":-1e999', 400],
    ['"temperature":-0', 200],
    ['"temperature":1e-400', 200],
    ['"max_tokens":1e308', 200],
    ['"max_tokens":1e999', 400],
    ['"n":1e308', 400],
    ['"n":1e999', 400],
    ['"seed":1e999', 400],
    ['"top_logprobs":1e999,"logprobs":true', 400],
    ['"logit_bias":{"1":1e999}', 400],
  ])('%s: %i', async (members, status) => {
    const response = await gateway.chat(request(members));
    const said = await response.text();
    expect([response.status, said.includes('Infinity')]).toEqual([status, false]);
    await gateway.ledger();
  });

  test('an integer beyond 2^53 arrives digit by digit, where nobody has to count with it', async () => {
    await gateway.chat(request('"seed":9007199254740993,"x":18446744073709551615,"y":1.00,"z":0.1e+1'));
    expect(arrived[0]).toContain('"seed":9007199254740993,"x":18446744073709551615,"y":1.00,"z":0.1e+1');
  });
});

describe('what nobody can count', () => {
  const noUsage = Buffer.from(
    'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{"choices":[{"message":{"content":"x"}}]}',
  );

  test.each([
    [
      'tools as deep as JSON can be',
      () => {
        const deep = '['.repeat(50_000) + ']'.repeat(50_000);
        return request(`"tools":[{"type":"function","function":{"name":"f","parameters":{"a":${deep}}}}]`);
      },
    ],
    [
      'half a million characters without a space',
      () => request('"n":1', `"messages":[{"role":"user","content":"${'é'.repeat(500_000)}"}]`),
    ],
    [
      'a hundred thousand special tokens',
      () => request('"n":1', `"messages":[{"role":"user","content":"${'<|endoftext|>'.repeat(100_000)}"}]`),
    ],
    [
      'half characters',
      () => request('"n":1', `"messages":[{"role":"user","content":"${'\\ud800'.repeat(50_000)}"}]`),
    ],
  ])(
    '%s, from an upstream that reports no usage: the row is closed all the same',
    async (_, make) => {
      answer = { packets: [noUsage], ending: 'end' };
      const response = await gateway.chat(make());
      await response.text();
      expect([200, 400]).toContain(response.status);
      if (response.status === 200) expect((await gateway.row()).state).toBe('settled');
    },
    60_000,
  );
});
