// Where a stream ends: a client is told `[DONE]` when it has everything that was written for it, and an error when it has not,
// however its upstream spells, loses or goes on behind the end.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Events, readEvents, textOf } from '../support/read-events.ts';
import {
  completion,
  done,
  finish,
  goodStream,
  type Json,
  polite,
  refusal,
  roleChunk,
  type Script,
  type ScriptedUpstream,
  type Step,
  startUpstream,
  stream,
  text,
  usageChunk,
  whole,
} from '../support/scripted-upstream.ts';
import { ask, price, startGateway, type TestGateway } from '../support/start-gateway.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(polite);
  gateway = await startGateway({
    upstreams: [upstream.url],
    models: {
      'impatient-model': {
        price,
        route: [[{ provider: 'first', model: 'upstream-model' }]],
        timeouts: { idle: '500ms' },
      },
    },
    server: { circuit_breaker: 'off' },
  });
});
beforeEach(() => upstream.always(polite));
afterAll(async () => {
  for (const part of [gateway, upstream]) await part?.[Symbol.asyncDispose]();
});

async function streamed(steps: readonly Step[], members: Json = {}): Promise<Events> {
  upstream.next(stream(steps));
  return readEvents(await gateway.chat(ask({ stream: true, ...members })));
}

const errorIn = ({ data }: Events): Json => data.find(({ error }) => error)?.error;

describe('several choices', () => {
  const firstOnly = [roleChunk, text('A'), finish()];

  test.each(['RESET', 'END'] as const)('%s before one of them began is no end', async (loss) => {
    const events = await streamed([...firstOnly, { wait: 20 }, loss], { n: 2 });
    expect([textOf(events), events.done]).toEqual(['A', false]);
    expect(errorIn(events)).toMatchObject({ code: 'upstream_error' });
    expect(await gateway.row()).toMatchObject({ error: 'upstream_error', partial: true, state: 'settled' });
  });

  test('an upstream that writes one and says that this was all is believed', async () => {
    const events = await streamed([...firstOnly, done], { n: 2 });
    expect([textOf(events), events.done, errorIn(events)]).toEqual(['A', true, undefined]);
    expect(await gateway.row()).toMatchObject({ partial: false, state: 'settled' });
  });

  test('all of them finished are whole, though the connection broke before [DONE]', async () => {
    const second = [text('B', { index: 1 }), finish('length', { index: 1 })];
    const events = await streamed([...firstOnly, ...second, { wait: 20 }, 'RESET'], { n: 2 });
    expect([textOf(events), textOf(events, 1), events.done]).toEqual(['A', 'B', true]);
  });
});

describe('an upstream that falls silent behind its finish reason', () => {
  test.each([
    ['with its usage', [usageChunk()], 'reported'],
    ['without', [], 'estimated'],
  ])('has said everything, %s', async (_, usage, usageSource) => {
    const events = await streamed([roleChunk, text('Done.'), finish(), ...usage, 'STALL'], {
      model: 'impatient-model',
      stream_options: { include_usage: true },
    });
    expect([textOf(events), events.done, errorIn(events)]).toEqual(['Done.', true, undefined]);
    expect(events.data.at(-1).usage).toMatchObject({ completion_tokens: usageSource === 'reported' ? 5 : 2 });
    expect(await gateway.row()).toMatchObject({ partial: false, usageSource });
    expect(await upstream.last().closed).toBe('aborted');
  });
});

describe('behind the finish reason', () => {
  test('more text is an error, not a loss that nobody sees', async () => {
    const events = await streamed([roleChunk, text('A', { finish_reason: 'stop' }), text('B'), done]);
    expect([textOf(events), events.done]).toEqual(['A', false]);
    expect(errorIn(events).message).toContain('behind its end');
    expect(await gateway.row()).toMatchObject({ error: 'upstream_error', partial: true });
  });

  test.each([
    ['a blank', text('\n')],
    ['nothing', text('')],
    ['the same once more', finish()],
  ])('%s is passed over', async (_, more) => {
    const events = await streamed([roleChunk, text('A'), finish(), more, usageChunk(), done]);
    expect([textOf(events), events.done, errorIn(events)]).toEqual(['A', true, undefined]);
    expect(await gateway.row()).toMatchObject({ usageSource: 'reported', partial: false });
  });
});

test.each(['null', 'None', ''])('a finish reason of %j is none', async (reason) => {
  const said = ['A', 'B'].map((word) => text(word, { finish_reason: reason }));
  const events = await streamed([roleChunk, ...said, finish(), done]);
  expect([textOf(events), events.done]).toEqual(['AB', true]);
});

test.each(['data: [DONE] \n\n', 'data:  [DONE]\n\n', 'data: [DONE]\t\r\n\r\n'])(
  '%j is an end, as for the official clients',
  async (end) => {
    const events = await streamed([roleChunk, text('A'), finish(), end]);
    expect([textOf(events), events.done, errorIn(events)]).toEqual(['A', true, undefined]);
  },
);

describe('counts of nothing', () => {
  const nothing = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  const unwritten = { prompt_tokens: 50, completion_tokens: 0, total_tokens: 50 };

  test.each([
    ['no prompt is empty', nothing, { input: 7, output: 4 }],
    ['what was written counts', unwritten, { input: 50, output: 4 }],
  ])('%s: client and ledger are told what was counted', async (_, usage, counted) => {
    const wire = { prompt_tokens: counted.input, completion_tokens: counted.output };
    upstream.next(whole(completion({ usage })));
    const answer = (await (await gateway.chat(ask())).json()) as Json;
    expect(answer.usage).toMatchObject(wire);
    expect(await gateway.row()).toMatchObject({ usageSource: 'estimated', usage: counted });

    const written = [...goodStream('Hello', ', ', 'world!').slice(0, -2), usageChunk(usage), done];
    const events = await streamed(written, { stream_options: { include_usage: true } });
    expect(events.data.at(-1).usage).toMatchObject(wire);
    expect(await gateway.row()).toMatchObject({ usageSource: 'estimated', usage: counted });
  });

  test('an answer that says nothing may have none', async () => {
    upstream.next(stream([roleChunk, finish(), usageChunk(unwritten), done]));
    await (await gateway.chat(ask({ stream: true }))).text();
    expect(await gateway.row()).toMatchObject({ usageSource: 'reported', usage: { input: 50, output: 0 } });
  });
});

describe('the connection of an answer that ended in its middle', () => {
  // An upstream that ends a body too early, with an empty chunk, may go on in it: that must not reach the next client.
  const cut: [string, Script, boolean][] = [
    ['a stream', stream([roleChunk, text('A'), 'END']), true],
    ['a whole answer', whole('{"id":'), false],
  ];
  test.each(cut)('%s: is closed', async (_, script, streaming) => {
    upstream.next(script);
    await (await gateway.chat(ask({ stream: streaming }))).text();
    const before = upstream.connections();
    await (await gateway.chat(ask())).text();
    expect(upstream.connections()).toBe(before + 1);
  });

  const sound: [string, Script, boolean][] = [
    ['a whole stream without [DONE]', stream([roleChunk, text('A'), finish()]), true],
    ['a refusal', refusal(429), false],
  ];
  test.each(sound)('that of %s serves the next request', async (_, script, streaming) => {
    upstream.next(script);
    await (await gateway.chat(ask({ stream: streaming }))).text();
    const before = upstream.connections();
    await (await gateway.chat(ask())).text();
    expect(upstream.connections()).toBe(before);
  });
});

test('a mark of the byte order before a whole answer is no part of it', async () => {
  upstream.next(whole(`\uFEFF${JSON.stringify(completion())}`));
  const response = await gateway.chat(ask());
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.subarray(0, 1).toString()).toBe('{');
  expect(JSON.parse(bytes.toString()).choices[0].message.content).toBe('Hello, world!');
});
