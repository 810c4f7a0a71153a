// The short form of `npm run fuzz`: hostile input of every family, and that the same seed gives it again.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TollgateError } from '../../src/core/errors.ts';
import { createValidator } from '../../src/pipeline/validate.ts';
import { fuzz } from './fuzz.ts';
import { families, inputOf } from './inputs.ts';
import { judgeCompletion, judgeErrorBody } from './judge-answer.ts';
import { judgeRelay, topLevelMembers } from './judge-relay.ts';
import { judgeStream } from './judge-stream.ts';
import { numberIn } from './random.ts';

const inputs = 2000;

test('hostile input of every family ends in an answer that is right, and leaves nothing behind', async () => {
  const report = await fuzz({ seed: 20_261_122, inputs });
  const again = (number: number) => `npm run fuzz -- --seed 20261122 --only ${number}`;
  expect(report.failures.map(({ input, wrong }) => [again(input.number), ...wrong])).toEqual([]);
  expect(report.wrong).toEqual([]);
  expect(report.inputs).toBe(inputs);
  // It reached every corner: nothing is refused so early that nothing behind it is tried.
  for (const outcome of ['200', '400', '401', '404', '405', '431', '502', 'stream', 'stream error'])
    expect([outcome, (report.outcomes[outcome] ?? 0) > 0]).toEqual([outcome, true]);
  expect(report.arrivals).toBeGreaterThan(inputs / 3);
  expect(report.rows).toBeGreaterThanOrEqual(report.arrivals);
}, 120_000);

test('an input is the same every time', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(1e6), (seed, number) => {
      expect(inputOf(seed, number, 'key')).toEqual(inputOf(seed, number, 'key'));
    }),
    { numRuns: 200 },
  );
});

test('any body is a request or is refused by a row of the catalogue, with a message for people', async () => {
  const validate = createValidator();
  const body = fc.tuple(fc.nat(), fc.nat(1e6), fc.constantFrom(...families));
  await fc.assert(
    fc.asyncProperty(body, async ([seed, number, family]) => {
      const input = inputOf(seed, number, 'key', family === 'head' ? 'bytes' : family);
      try {
        const request = await validate(input.body);
        expect(typeof request.model).toBe('string');
        expect(Array.isArray(request.messages)).toBe(true);
      } catch (error) {
        if (!(error instanceof TollgateError)) throw error;
        expect([error.message, error.status]).toEqual([expect.any(String), 400]);
        // What the body says itself may be told.
        const [slip] = /undefined|\[object|\{\w+\}$/.exec(error.message) ?? [];
        if (slip !== undefined) expect(input.body.toString()).toContain(slip);
      }
    }),
    { numRuns: 1000 },
  );
}, 60_000);

test('a mark that was damaged is no mark', () => {
  const { mark } = inputOf(7, 42, 'key');
  expect(numberIn(`{"user":"${mark}"}`, 7)).toBe(42);
  expect(numberIn(mark, 8)).toBeUndefined();
  expect(numberIn(mark.replace('42', '43'), 7)).toBeUndefined();
  expect(numberIn(mark.slice(0, -1), 7)).toBeUndefined();
});

// A judge that lets everything pass would make the runs above worthless.
const chunkOf = (choice: unknown, members = {}) =>
  `data: ${JSON.stringify({ id: 'a', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [choice], ...members })}\n\n`;
const opening = chunkOf({ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null });
const closing = chunkOf({ index: 0, delta: {}, finish_reason: 'stop' });
const done = 'data: [DONE]\n\n';
const failure = 'data: {"error":{"message":"x","type":"server_error","param":null,"code":null}}\n\n';

test.each([
  ['no end', opening + closing],
  ['an end without a finish', opening + done],
  ['two finishes', opening + closing + closing + done],
  ['two roles', opening + opening + closing + done],
  ['no role', closing + done],
  ['[DONE] behind an error', opening + failure + done],
  ['a chunk behind an error', opening + failure + closing],
  ['another id', opening + closing.replace('"id":"a"', '"id":"b"') + done],
  ['another model', opening.replace('"model":"m"', '"model":"n"') + closing + done],
  [
    'usage nobody asked for',
    opening + chunkOf({ index: 0, delta: {}, finish_reason: 'stop' }, { usage: null }) + done,
  ],
  ['a foreign finish', opening + closing.replace('stop', 'eos') + done],
  [
    'content that is no text',
    opening + chunkOf({ index: 0, delta: { content: 7 }, finish_reason: null }) + closing + done,
  ],
  ['tool_calls without calls', opening + closing.replace('stop', 'tool_calls') + done],
  ['something behind the end', opening + closing + done + opening],
])('the judge of streams sees %s', (_, text) => {
  const expected = { model: 'm', includeUsage: false };
  expect(judgeStream(Buffer.from(opening + closing + done), expected)).toEqual([]);
  expect(judgeStream(Buffer.from(opening + failure), expected)).toEqual([]);
  expect(judgeStream(Buffer.from(text), expected)).not.toEqual([]);
});

test.each([
  ['another model', '"m"', '"n"'],
  ['no refusal', ',"refusal":null', ''],
  ['a foreign finish', '"stop"', '"eos"'],
  ['empty calls', '"refusal"', '"tool_calls":[],"refusal"'],
  ['a time in milliseconds with a fraction', '"created":1', '"created":1.5'],
])('the judge of answers sees %s', (_, from, to) => {
  const good =
    '{"id":"a","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}]}';
  expect(judgeCompletion(Buffer.from(good), 'm')).toEqual([]);
  expect(judgeCompletion(Buffer.from(good.replace(from, to)), 'm')).not.toEqual([]);
  expect(judgeErrorBody({ error: { message: 'x', type: 'server_error', code: null } })).not.toEqual([]);
});

test('the judge of what went upstream sees a change, and a name with two values', () => {
  const sent = Buffer.from('{"model":"m","n":1,"messages":[]}');
  expect(judgeRelay(sent, '{"model":"u","messages":[],"n":1}', 'u')).toEqual([]);
  expect(judgeRelay(sent, '{"model":"u","messages":[],"n":2}', 'u')).not.toEqual([]);
  expect(judgeRelay(sent, '{"model":"u","messages":[],"N":2,"n":1}', 'u')).not.toEqual([]);
  expect(judgeRelay(sent, '{"model":"x","model":"u","messages":[],"n":1}', 'u')).not.toEqual([]);
  expect(topLevelMembers('{"a":{"b":[1,"x,}"]}, "c" : "q:," }')).toEqual([
    ['a', '{"b":[1,"x,}"]}'],
    ['c', ' "q:," '],
  ]);
});
