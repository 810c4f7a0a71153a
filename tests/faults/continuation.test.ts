// `on_stream_failure: continue`: an upstream is lost after text has gone out, and another one writes on. What the client
// sees is one answer, what the ledger has is both parts, and what cannot be joined still ends with an honest error.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Events, textOf } from '../support/read-events.ts';
import {
  chunk,
  done,
  event,
  finish,
  type Json,
  polite,
  refusal,
  roleChunk,
  type ScriptedUpstream,
  type Step,
  startUpstream,
  stream,
  text,
  usageChunk,
} from '../support/scripted-upstream.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { answer, expectOne, goesOn, limits, lost, model, server, streamed } from './continued-answer.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
/** The second target takes the beginning of an answer; in the other gateway it has to be asked in words. */
let prefilled: TestGateway;
let worded: TestGateway;

beforeAll(async () => {
  first = await startUpstream(polite);
  second = await startUpstream(polite);
  const upstreams = [first.url, second.url];
  const provider = { capabilities: { prefill: 'continue_final_message' } };
  prefilled = await startGateway({ upstreams, model, server, provider });
  worded = await startGateway({ upstreams, model, server });
});
beforeEach(() => {
  first.always(polite);
  second.always(polite);
  first.requests.length = 0;
  second.requests.length = 0;
});
afterAll(async () => {
  for (const part of [prefilled, worded, first, second]) await part?.[Symbol.asyncDispose]();
});

const asked = () => [first.requests.length, second.requests.length];

function expectFailure(events: Events, code = 'upstream_error'): void {
  expect(events.done).toBe(false);
  expect(events.data.at(-1).error).toMatchObject({ code });
}

describe('every kind of death', () => {
  const deaths: [string, Step[]][] = [
    ['a reset', [{ wait: 20 }, 'RESET']],
    ['silence', ['STALL']],
    ['an end without a finish reason', ['END']],
    ['[DONE] without a finish reason', [done]],
    ['an error in-band', [event({ error: { message: 'overloaded', code: 503 } })]],
    ['half an event', ['data: {"choices":[{"index":0,"del', { wait: 20 }, 'RESET']],
    ['garbage', ['data: {oh no}\n\n']],
    [
      'half a character',
      [Buffer.from(text('é')).subarray(0, Buffer.from(text('é')).indexOf(0xc3) + 1), 'RESET'],
    ],
  ];
  test.each(deaths)('%s: the next target goes on', async (_, death) => {
    first.next(stream([roleChunk, text('Once upon'), ...death]));
    second.next(goesOn(' a time', '.'));
    const events = await answer(prefilled);
    expectOne(events);
    expect(textOf(events)).toBe('Once upon a time.');
    expect(asked()).toEqual([1, 1]);
    expect(second.last().body).toMatchObject({
      continue_final_message: true,
      add_generation_prompt: false,
      messages: [
        { role: 'user', content: 'Say hello.' },
        { role: 'assistant', content: 'Once upon' },
      ],
    });
  });
});

describe('what cannot be joined ends with the error', () => {
  const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } };
  const call = chunk({
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a' } }],
  });
  const cases: [string, Json, Step[]][] = [
    ['inside a tool call', { tools: [tool] }, [text('Let me see. '), call]],
    ['inside a deprecated call', {}, [chunk({ function_call: { name: 'f', arguments: '{' } })]],
    ['inside a refusal', {}, [chunk({ refusal: 'I can' })]],
    ['inside reasoning', {}, [chunk({ reasoning_content: 'Well' })]],
    ['json_object', { response_format: { type: 'json_object' } }, [text('{"a":')]],
    [
      'json_schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } } },
      [text('{"a":')],
    ],
    ['two choices', { n: 2 }, [text('Once')]],
    ['log probabilities', { logprobs: true }, [text('Once')]],
    [
      'an error that no other target could do better with',
      {},
      [text('Once'), event({ error: { message: 'x', code: 400 } })],
    ],
  ];
  test.each(cases)('%s', async (_, members, steps) => {
    first.next(lost(...steps));
    const events = await answer(prefilled, members);
    expect(events.done).toBe(false);
    expect(events.data.at(-1).error).toMatchObject({ message: expect.any(String) });
    expect(asked()).toEqual([1, 0]);
    const row = await prefilled.row();
    expect(row).toMatchObject({ state: 'settled', provider: 'first', partial: true });
  });

  test('nobody can go on: the error that the stream broke with, and all attempts on the row', async () => {
    first.next(lost(text('Once upon')));
    second.next(refusal(429));
    const events = await answer(prefilled);
    expectFailure(events);
    expect(textOf(events)).toBe('Once upon');
    const row = await prefilled.row();
    expect(row).toMatchObject({
      provider: 'first',
      error: 'upstream_error',
      partial: true,
      usageSource: 'estimated',
    });
    expect(row.attempts?.map(({ provider, error }) => [provider, error])).toEqual([
      ['first', 'upstream_error'],
      ['second', 'upstream_rate_limited'],
    ]);
  });

  test('who goes on is lost too: every part on the row says what became of it', async () => {
    first.next(lost(text('Once upon')));
    second.next(lost(text(' a time')));
    const events = await answer(prefilled);
    expectFailure(events);
    expect(textOf(events)).toBe('Once upon a time');
    const row = await prefilled.row();
    expect(row).toMatchObject({ provider: 'second', error: 'upstream_error', partial: true });
    expect(row.attempts?.map(({ provider, status, error }) => [provider, status, error])).toEqual([
      ['first', 200, 'upstream_error'],
      ['second', 200, 'upstream_error'],
    ]);
  });

  test('a model without the option', async () => {
    await using gateway = await startGateway({
      upstreams: [first.url, second.url],
      model: { timeouts: limits },
    });
    first.next(lost(text('Once upon')));
    expectFailure(await answer(gateway));
    expect(asked()).toEqual([1, 0]);
  });

  test('the only target, which may not be asked again', async () => {
    await using gateway = await startGateway({ upstreams: [first.url], model, server });
    first.next(lost(text('Once upon')));
    expectFailure(await answer(gateway));
    expect(first.requests).toHaveLength(1);
  });
});

describe('who goes on', () => {
  test('the same target, as the last resort and as often as retry.attempts allows', async () => {
    const again = { ...model, retry: { attempts: 2 } };
    await using gateway = await startGateway({ upstreams: [first.url, second.url], model: again, server });
    first.next(lost(text('One two three')), lost(text('three four five')));
    second.next(lost(text('two three three')), goesOn('never asked'));
    first.always(goesOn('never asked'));
    const events = await answer(gateway);
    // Each target twice: four parts, then nobody is left.
    expect(asked()).toEqual([2, 2]);
    expect(textOf(events)).toMatch(/^One two three/);
    expectOne(events);
  });

  test('three targets, each dying after a word', async () => {
    const third = await startUpstream(goesOn(' four.'));
    const provider = { capabilities: { prefill: 'message' } };
    await using gateway = await startGateway({
      upstreams: [first.url, second.url, third.url],
      model,
      server,
      provider,
    });
    first.next(lost(text('One'), text(' two')));
    second.next(lost(text(' three')));
    const events = await answer(gateway);
    expectOne(events);
    expect(textOf(events)).toBe('One two three four.');
    expect(third.last().body.messages.at(-1)).toEqual({ role: 'assistant', content: 'One two three' });
    const row = await gateway.row();
    expect(row.attempts?.map(({ provider: name, status, error }) => [name, status, error])).toEqual([
      ['first', 200, 'upstream_error'],
      ['second', 200, 'upstream_error'],
      ['third', 200, undefined],
    ]);
    await third[Symbol.asyncDispose]();
  });

  test('before any text it begins anew, thoughts included', async () => {
    first.next(lost());
    second.next(
      stream([roleChunk, chunk({ reasoning_content: 'Hm.' }), text('Yes.'), finish(), usageChunk(), done]),
    );
    const events = await answer(prefilled);
    expectOne(events);
    expect(textOf(events)).toBe('Yes.');
    expect(events.raw).toContain('"reasoning_content":"Hm."');
    expect(second.last().body.messages).toHaveLength(1);
    expect(await prefilled.row()).toMatchObject({ usageSource: 'reported', cost: 20_000n });
  });

  test('the answer was whole already: nobody is asked', async () => {
    first.next(lost(text('Done.'), finish()));
    const events = await answer(prefilled);
    expectOne(events);
    expect(asked()).toEqual([1, 0]);
    expect(await prefilled.row()).toMatchObject({ partial: false, provider: 'first' });
  });

  test('calls of the one that goes on come through, its thoughts do not', async () => {
    first.next(lost(text('Let me see.')));
    const called = { index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
    second.next(
      stream([
        roleChunk,
        chunk({ reasoning_content: 'Hm.' }),
        text(' Now'),
        chunk({ tool_calls: [called] }),
        finish('tool_calls'),
        usageChunk(),
        done,
      ]),
    );
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const events = await answer(prefilled, { tools });
    expectOne(events);
    expect(textOf(events)).toBe('Let me see. Now');
    expect(events.raw).not.toContain('Hm.');
    expect(
      events.data.flatMap(({ choices }) => choices).flatMap(({ delta }) => delta.tool_calls ?? []),
    ).toEqual([called]);
    expect(events.data.at(-2).choices[0]).toMatchObject({ delta: {}, finish_reason: 'tool_calls' });
  });

  test('a target that refuses to begin in the middle is asked in words', async () => {
    first.next(lost(text('Once upon')));
    second.next(
      refusal(400, { message: 'This model does not support assistant message prefill.' }),
      goesOn(' a time.'),
    );
    const events = await answer(prefilled);
    expectOne(events);
    expect(textOf(events)).toBe('Once upon a time.');
    expect(second.last().body.messages.map(({ role }: Json) => role)).toEqual(['user', 'assistant', 'user']);
    expect(second.last().body).not.toHaveProperty('continue_final_message');
  });

  test('a conversation that ends with the assistant is gone on with in words', async () => {
    first.next(lost(text('upon')));
    second.next(goesOn(' a time.'));
    const messages = [
      { role: 'user', content: 'Tell.' },
      { role: 'assistant', content: 'Once ' },
    ];
    expect(textOf(await answer(prefilled, { messages }))).toBe('upon a time.');
    expect(second.last().body.messages.map(({ role }: Json) => role)).toEqual([
      'user',
      'assistant',
      'assistant',
      'user',
    ]);
  });

  test('prefix: the message is marked, and left out where it comes back', async () => {
    const provider = { capabilities: { prefill: 'prefix' } };
    await using gateway = await startGateway({ upstreams: [first.url, second.url], model, server, provider });
    first.next(lost(text('Once '), text('upon ')));
    second.next(goesOn('On', 'ce upo', 'n a', ' time.'));
    const events = await answer(gateway);
    expectOne(events);
    expect(textOf(events)).toBe('Once upon a time.');
    expect(second.last().body.messages.at(-1)).toEqual({
      role: 'assistant',
      content: 'Once upon',
      prefix: true,
    });
  });
});

describe('in words', () => {
  test('the text so far, the request to go on, and its last words to begin with', async () => {
    first.next(lost(text('The quick brown fox jumps over the lazy dog and ')));
    second.next(goesOn('the lazy dog and', ' runs.'));
    const events = await answer(worded);
    expectOne(events);
    expect(textOf(events)).toBe('The quick brown fox jumps over the lazy dog and runs.');
    const [, assistant, user] = second.last().body.messages;
    expect(assistant).toEqual({
      role: 'assistant',
      content: 'The quick brown fox jumps over the lazy dog and',
    });
    expect(user.content).toMatch(
      /cut off.*exactly as they stand there: brown fox jumps over the lazy dog and$/s,
    );
  });

  test('a repetition that the answer ends in is let out as far as it is new', async () => {
    first.next(lost(text('to be or not to')));
    second.next(goesOn('not', ' to be'));
    expect(textOf(await answer(worded))).toBe('to be or not to be');
    first.next(lost(text('to be or not to be')));
    second.next(goesOn('not to'));
    expect(textOf(await answer(worded))).toBe('to be or not to benot to');
  });
});

describe('limits', () => {
  test('what is written counts against the cap of the client', async () => {
    first.next(lost(...Array.from({ length: 6 }, () => text('word '))));
    second.next(goesOn('word'));
    const body = { max_completion_tokens: 20, max_tokens: 90 };
    await answer(prefilled, body);
    const { max_tokens: cap, ...rest } = second.last().body;
    expect(cap).toBeGreaterThan(8);
    expect(cap).toBeLessThanOrEqual(14);
    expect(rest).not.toHaveProperty('max_completion_tokens');
    first.next(lost(...Array.from({ length: 6 }, () => text('word '))));
    expectFailure(await answer(prefilled, { max_tokens: 6 }));
    expect(asked()).toEqual([2, 1]);
  });

  test('and against that of the operator', async () => {
    const capped = { ...model, max_output_tokens: 10 };
    await using gateway = await startGateway({ upstreams: [first.url, second.url], model: capped, server });
    first.next(lost(text('a'), text(' b'), text(' c')));
    await answer(gateway);
    expect(first.last().body.max_tokens).toBe(10);
    expect(second.last().body.max_tokens).toBe(7);
  });

  test('the total time is that of the whole answer', async () => {
    const short = { ...model, timeouts: { ...limits, idle: '5s', total: '3s' } };
    await using gateway = await startGateway({ upstreams: [first.url, second.url], model: short, server });
    first.next(stream([roleChunk, text('a '), { wait: 2000 }, text('b '), { wait: 20 }, 'RESET']));
    // It would be through within a total time of its own.
    const drip = Array.from({ length: 20 }, () => [text('d '), { wait: 100 }]).flat();
    second.next(stream([roleChunk, ...drip, finish(), done]));
    expectFailure(await answer(gateway), 'upstream_timeout');
    expect(asked()).toEqual([1, 1]);
    expect(await second.last().closed).toBe('aborted');
    expect(await gateway.row()).toMatchObject({ partial: true, error: 'upstream_timeout' });
  });
});

describe('while nobody writes', () => {
  test('heartbeats fill the silence', async () => {
    first.next(lost(text('Once')));
    second.next(async (reply) => {
      await new Promise((resolve) => setTimeout(resolve, 350));
      await goesOn(' upon')(reply);
    });
    const events = await answer(prefilled);
    expectOne(events);
    expect(events.comments).toBeGreaterThanOrEqual(2);
  });

  test('also while the new target only thinks', async () => {
    first.next(lost(text('Once')));
    const thoughts = Array.from({ length: 8 }, () => [
      chunk({ reasoning_content: 'Hm.' }),
      { wait: 60 },
    ]).flat();
    second.next(stream([roleChunk, ...thoughts, text(' upon'), finish(), done]));
    const events = await answer(prefilled);
    expect(textOf(events)).toBe('Once upon');
    expect(events.comments).toBeGreaterThanOrEqual(2);
  });

  test('a client that leaves ends the new call, and is charged for what it got', async () => {
    first.next(lost(text('Once')));
    second.next(async ({ gone }) => void (await gone));
    const leaving = new AbortController();
    const response = await prefilled.chat(streamed(), { signal: leaving.signal });
    const request = await second.arrival(1);
    leaving.abort();
    await expect(response.text()).rejects.toThrow();
    expect(await request.closed).toBe('aborted');
    const row = await prefilled.row();
    expect(row).toMatchObject({
      state: 'settled',
      error: 'client_aborted',
      partial: true,
      usageSource: 'estimated',
    });
    expect(row.attempts?.map(({ provider, error }) => [provider, error])).toEqual([
      ['first', 'upstream_error'],
      ['second', 'client_aborted'],
    ]);
  });
});

describe('the books', () => {
  test('one row: the prompt and the delivered text once, both parts with what they reported', async () => {
    const once = { prompt_tokens: 40, completion_tokens: 9, total_tokens: 49 };
    first.next(stream([roleChunk, text('One two three'), finish(), done]));
    const whole = (await answer(worded)).data.at(-1).usage;
    first.next(lost(text('One two')));
    second.next(stream([roleChunk, text('One two'), text(' three'), finish(), usageChunk(once), done]));
    const rows = (await worded.ledger()).length;
    const events = await answer(worded);
    expectOne(events);
    // The same as if one target had written it and had not said what it used.
    expect(events.data.at(-1).usage).toMatchObject({
      prompt_tokens: whole.prompt_tokens,
      completion_tokens: whole.completion_tokens,
    });
    expect(await worded.ledger()).toHaveLength(rows + 1);
    const row = await worded.row();
    expect(row).toMatchObject({
      state: 'settled',
      provider: 'second',
      partial: false,
      usageSource: 'estimated',
      usage: { input: whole.prompt_tokens, output: whole.completion_tokens },
      cost: BigInt(whole.prompt_tokens * 1000 + whole.completion_tokens * 2000),
    });
    expect(row.attempts).toMatchObject([
      { provider: 'first', status: 200, error: 'upstream_error' },
      { provider: 'second', status: 200, usage: { input: 40, output: 9 } },
    ]);
  });
});
