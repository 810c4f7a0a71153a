// Property tests: whatever bytes an upstream sends, and whatever JSON a client does, the gateway answers in whole
// events, never with a lie about the end, and never hangs.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseEvents } from '../support/read-events.ts';
import {
  chunk,
  done,
  event,
  finish,
  type Json,
  play,
  polite,
  roleChunk,
  type ScriptedUpstream,
  type Step,
  startUpstream,
  text,
  usageChunk,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(polite);
  gateway = await startGateway({
    upstreams: [upstream.url],
    model: { timeouts: { first_token: '2s', idle: '2s', total: '5s' } },
  });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
  expect(gateway.logs.filter(({ level, error }) => level >= 50 || error === 'internal_error')).toEqual([]);
});

const index = fc.constantFrom(0, 0, 0, 1);
const toolDelta = fc.record(
  {
    index: fc.constantFrom<unknown>(0, 1, undefined, null, 'x'),
    id: fc.constantFrom<unknown>('a', 'b', '', null, 7),
    type: fc.constantFrom<unknown>('function', undefined),
    function: fc.oneof(
      fc.record(
        {
          name: fc.constantFrom<unknown>('f', '', null),
          arguments: fc.constantFrom<unknown>('{', '}', '', null, { a: 1 }),
        },
        { requiredKeys: [] },
      ),
      fc.constant(null),
    ),
  },
  { requiredKeys: [] },
);
const delta = fc.oneof(
  fc.record({ content: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(null)) }),
  fc.record({ role: fc.constantFrom('assistant', 'user', null) }),
  fc.record({ reasoning: fc.string() }),
  fc.record({ role: fc.constant('assistant'), content: fc.string(), reasoning_content: fc.constant(null) }),
  fc.record({
    tool_calls: fc.oneof(fc.array(fc.oneof(toolDelta, fc.constant(null)), { maxLength: 3 }), fc.jsonValue()),
  }),
  fc.jsonValue(),
);
const goodEvent = fc.oneof(
  fc.constantFrom(roleChunk, text('Hello'), text('Grüße 😀'), usageChunk(), ': ping\n\n'),
  fc
    .tuple(index, fc.constantFrom('stop', 'length', 'tool_calls', 'odd'))
    .map(([at, reason]) => finish(reason, { index: at })),
  fc.tuple(index, delta).map(([at, value]) => chunk(value, { index: at })),
);
const badEvent = fc.oneof(
  fc.jsonValue().map((value) => event(value as Json)),
  fc.jsonValue().map((value) => event({ choices: value })),
  fc.jsonValue().map((value) => event({ choices: [value] })),
  fc.jsonValue().map((value) => event({ error: value })),
  fc.string().map((value) => `data: ${value}\n\n`),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.constantFrom(
    'data:\n\n',
    '\n\n\n',
    'data: {\ndata: "choices": []}\n\n',
    'event: error\ndata: {}\n\n',
    '\r\r',
    'data: [DONE]',
  ),
);
const bytes = fc
  .tuple(
    fc.array(fc.oneof({ weight: 6, arbitrary: goodEvent }, { weight: 1, arbitrary: badEvent }), {
      maxLength: 8,
    }),
    fc.constantFrom(finish(), finish('tool_calls'), finish() + finish('stop', { index: 1 }), ''),
    fc.constantFrom(done, done, ''),
    fc.boolean(),
  )
  .map(([events, ending, last, crlf]) => {
    const whole = [...events, ending, last].join('');
    return Buffer.from(crlf ? whole.replaceAll('\n', '\r\n') : whole);
  });
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 });
const ending = fc.constantFrom<Step>('END', 'END', 'END', 'RESET');

/** The bytes, cut at these places, each piece a packet. */
function pieces(whole: Buffer, places: readonly number[]): Buffer[] {
  const at = [
    0,
    ...places.map((place) => Math.floor(place * whole.length)).sort((a, b) => a - b),
    whole.length,
  ];
  return at
    .slice(1)
    .map((end, number) => whole.subarray(at[number], end))
    .filter((piece) => piece.length > 0);
}

test('any bytes from upstream, cut anywhere, end in an honest stream or an error', async () => {
  let honest = 0;
  await fc.assert(
    fc.asyncProperty(bytes, cuts, ending, fc.boolean(), async (whole, places, last, includeUsage) => {
      upstream.next(async (answer) => {
        answer.head(200, { 'content-type': 'text/event-stream' });
        for (const step of [...pieces(whole, places), last]) if (!(await play(step, answer))) return;
      });
      const response = await gateway.chat(
        ask({ stream: true, n: 2, stream_options: { include_usage: includeUsage } }),
        { signal: AbortSignal.timeout(4000) },
      );
      if (response.status !== 200) {
        expect(((await response.json()) as Json).error).toMatchObject({ message: expect.any(String) });
        return;
      }
      const events = parseEvents(await response.text());
      checkHonest(events.data, events.done, includeUsage);
      if (events.done) honest++;
    }),
    { numRuns: 400 },
  );
  expect(honest).toBeGreaterThan(20);
}, 60_000);

function checkHonest(data: Json[], ended: boolean, includeUsage: boolean): void {
  const chunks = data.filter((value) => !('error' in value && !('choices' in value)));
  const errors = data.length - chunks.length;
  expect(ended).toBe(errors === 0);
  expect(errors === 0 || data.at(-1)?.error !== undefined).toBe(true);
  const choices = new Map<number, { opened: number; finished: number; calls: Set<string> }>();
  for (const { choices: given, model, object, ...head } of chunks) {
    expect([model, object]).toEqual(['test-model', 'chat.completion.chunk']);
    for (const choice of given) {
      const state = choices.get(choice.index) ?? { opened: 0, finished: 0, calls: new Set() };
      // The role comes first, by itself, and once; a new choice is the next one.
      if (!choices.has(choice.index)) {
        expect(choice.index).toBe(choices.size);
        expect(choice).toMatchObject({ delta: { role: 'assistant', content: '', refusal: null } });
        expect(Object.keys(choice.delta)).toHaveLength(3);
      }
      choices.set(choice.index, state);
      if ('role' in choice.delta) state.opened++;
      if (choice.finish_reason !== null) {
        state.finished++;
        expect(choice.delta).toEqual({});
      }
      for (const call of choice.delta.tool_calls ?? []) {
        expect(call).toMatchObject({ index: expect.any(Number) });
        if ('id' in call) {
          // Head of a call: the next index, with all its members.
          expect(call.index).toBe(state.calls.size);
          expect(call).toMatchObject({ id: expect.stringMatching(/./), type: expect.any(String) });
          expect(call.function ?? call.custom).toMatchObject({ name: expect.any(String) });
          state.calls.add(call.id);
        } else expect(call.index).toBeLessThan(state.calls.size);
        if (call.function && 'arguments' in call.function)
          expect(call.function.arguments).toBeTypeOf('string');
      }
    }
    expect('usage' in head).toBe(includeUsage);
    if (given.length > 0 && includeUsage) expect(head.usage).toBeNull();
  }
  expect([...choices.values()].every(({ opened }) => opened === 1)).toBe(true);
  expect(new Set(chunks.map(({ id, created }) => `${id} ${created}`)).size).toBeLessThanOrEqual(1);
  if (!ended) return;
  expect([...choices.values()].every(({ finished }) => finished === 1)).toBe(true);
  expect(choices.size).toBeGreaterThan(0);
  if (includeUsage)
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
}

test('any whole answer from upstream becomes a completion or an error', async () => {
  const message = fc.oneof(fc.record({ role: fc.constant('assistant'), content: fc.string() }), delta);
  const body = fc.oneof(
    fc.record({
      choices: fc.array(
        fc.record({ message, finish_reason: fc.constantFrom('stop', null, 'odd') }, { requiredKeys: [] }),
      ),
      usage: fc.jsonValue(),
    }),
    fc.jsonValue(),
  );
  await fc.assert(
    fc.asyncProperty(body, cuts, async (value, places) => {
      upstream.next(async (answer) => {
        answer.head(200, { 'content-type': 'application/json' });
        for (const piece of pieces(Buffer.from(JSON.stringify(value) ?? ''), places))
          await answer.write(piece);
        answer.end();
      });
      const response = await gateway.chat(ask(), { signal: AbortSignal.timeout(4000) });
      const answer = (await response.json()) as Json;
      if (response.status === 200) {
        expect(answer).toMatchObject({
          object: 'chat.completion',
          model: 'test-model',
          id: expect.any(String),
        });
        expect(answer.choices.length).toBeGreaterThan(0);
        expect(answer).toMatchObject({
          system_fingerprint: null,
          usage: { total_tokens: answer.usage.prompt_tokens + answer.usage.completion_tokens },
        });
        for (const [at, choice] of answer.choices.entries()) {
          expect(choice).toMatchObject({ index: at, message: { role: 'assistant', annotations: [] } });
          expect(choice.finish_reason).toMatch(/^(stop|tool_calls|function_call)$/);
          expect([null, 'string']).toContain(
            choice.message.content === null ? null : typeof choice.message.content,
          );
        }
      } else {
        expect(response.status).not.toBe(500);
        expect(answer.error).toMatchObject({ message: expect.any(String), type: expect.any(String) });
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('any JSON from a client gets an answer that is no fault of ours', async () => {
  const members = [
    'temperature',
    'top_p',
    'n',
    'stop',
    'tools',
    'tool_choice',
    'stream',
    'stream_options',
    'max_tokens',
    'max_completion_tokens',
    'logit_bias',
    'response_format',
    'metadata',
    'user',
    'functions',
    'messages',
    'model',
    'constructor',
    '__proto__',
    'toString',
  ];
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<Json>(
      0,
      1,
      -1,
      1e308,
      9007199254740991,
      true,
      'auto',
      [],
      {},
      null,
      [{ role: 'user', content: 'x' }],
      [{ role: 'assistant', tool_calls: [{ id: 'a' }] }],
      [{ type: 'function', function: { name: 'f' } }],
    ),
  );
  const body = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .dictionary(fc.constantFrom(...members), value)
        .map((given) => JSON.stringify({ ...ask(), ...given })),
    },
    { weight: 1, arbitrary: fc.jsonValue().map((given) => JSON.stringify(given)) },
    { weight: 1, arbitrary: fc.string() },
  );
  await fc.assert(
    fc.asyncProperty(body, async (sent) => {
      const response = await gateway.chat(sent, { signal: AbortSignal.timeout(4000) });
      expect(response.status).toBeLessThan(500);
      await response.text();
    }),
    { numRuns: 400 },
  );
  expect((await gateway.ledger()).every(({ state }) => state !== 'held')).toBe(true);
}, 60_000);
