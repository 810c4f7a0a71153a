// The bytes of a stream, below any client: CONTRACT section 3, whatever the upstream's own bytes look like.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorOf, readEvents, textOf } from '../../support/read-events.ts';
import {
  chunk,
  done,
  finish,
  type Json,
  polite,
  refusal,
  roleChunk,
  type ScriptedUpstream,
  stream,
  text,
} from '../../support/scripted-upstream.ts';
import { choiceStreams, twoTexts } from '../../support/scripts/choices.ts';
import { streamedText, textStreams } from '../../support/scripts/text-streams.ts';
import { streamedCalls, twoCalls } from '../../support/scripts/tool-calls.ts';
import { ask, type TestGateway } from '../../support/start-gateway.ts';
import { startWorld, type World } from '../matrix/world.ts';

let world: World;
let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  world = await startWorld();
  ({ upstream, gateway } = world);
});
beforeEach(() => upstream.always(polite));
afterAll(() => world?.[Symbol.asyncDispose]());

describe('bytes of a stream', () => {
  test('head, one id, one time, one model, role once', async () => {
    upstream.next(
      stream([
        chunk({ role: 'assistant', content: '' }, { id: 'a', created: 5 }),
        chunk({ role: 'assistant', content: 'x' }, { id: 'b', created: 6, model: 'other' }),
        chunk({ role: 'assistant' }, { id: 'c', created: 7, finish_reason: 'stop' }),
        done,
      ]),
    );
    const response = await gateway.chat(ask({ stream: true }));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-request-id': expect.stringMatching(/^req_/),
      'x-tollgate-served-by': 'first/upstream-model',
      'access-control-expose-headers': 'X-Request-ID',
    });
    expect(response.headers.has('content-length')).toBe(false);
    expect(response.headers.has('content-encoding')).toBe(false);
    const { data, done: ended } = await readEvents(response);
    expect(ended).toBe(true);
    expect(new Set(data.map(({ id }) => id))).toEqual(new Set(['a']));
    expect(new Set(data.map(({ created }) => created))).toEqual(new Set([5]));
    expect(new Set(data.map(({ model }) => model))).toEqual(new Set(['test-model']));
    expect(data.map(({ choices }) => 'role' in choices[0].delta)).toEqual([true, false, false]);
  });

  test.each(Object.entries(textStreams))('%s does no harm', async (_, steps) => {
    upstream.next(stream(steps));
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(textOf(events)).toBe(streamedText);
    expect(events.done).toBe(true);
    expect(events.comments).toBe(0);
    expect(events.data[0]?.choices[0].delta.role).toBe('assistant');
    expect(events.data.filter(({ choices }) => 'role' in choices[0].delta)).toHaveLength(1);
    expect(events.data.map(({ choices }) => choices[0].finish_reason).filter(Boolean)).toEqual(['stop']);
    expect(events.data.at(-1)?.choices[0].finish_reason).toBe('stop');
    for (const { id, object, created, model } of events.data) {
      expect({ id, created }).toEqual({ id: events.data[0]?.id, created: events.data[0]?.created });
      expect({ object, model }).toEqual({ object: 'chat.completion.chunk', model: 'test-model' });
      expect(String(created)).toMatch(/^\d{10}$/);
    }
  });

  test.each(Object.entries(choiceStreams))(
    'two choices, %s: each opens once, choice 0 first',
    async (_, steps) => {
      upstream.next(stream(steps));
      const events = await readEvents(await gateway.chat(ask({ stream: true, n: 2 })));
      expect([textOf(events, 0), textOf(events, 1)]).toEqual(twoTexts);
      const choices = events.data.flatMap((chunk) => chunk.choices);
      expect(choices.filter(({ delta }) => delta.role).map(({ index }) => index)).toEqual([0, 1]);
      expect(
        choices
          .filter(({ finish_reason }) => finish_reason)
          .map(({ index }) => index)
          .sort(),
      ).toEqual([0, 1]);
      for (const chunk of events.data) {
        const indexes = chunk.choices.map(({ index }: Json) => index);
        expect(indexes).toEqual([...indexes].sort());
      }
    },
  );

  test.each(Object.entries(streamedCalls))(
    'tool calls, %s: id, type and name once, index stable',
    async (_, steps) => {
      upstream.next(stream(steps));
      const { data } = await readEvents(await gateway.chat(ask({ stream: true })));
      const pieces = data.flatMap((chunk) => chunk.choices[0].delta.tool_calls ?? []);
      for (const [index, call] of twoCalls.entries()) {
        const own = pieces.filter((piece) => piece.index === index);
        expect(own.map((piece) => piece.function?.arguments ?? '').join('')).toBe(call.function.arguments);
        expect(own[0]).toMatchObject({ id: call.id, type: 'function', function: { name: 'weather' } });
        for (const piece of own.slice(1)) expect(Object.keys(piece).sort()).toEqual(['function', 'index']);
        for (const piece of own.slice(1)) expect(Object.keys(piece.function)).toEqual(['arguments']);
      }
      expect(new Set(pieces.map(({ index }) => index))).toEqual(new Set([0, 1]));
      expect(data.map((chunk) => chunk.choices[0].finish_reason).filter(Boolean)).toEqual(['tool_calls']);
    },
  );

  test('a character cut between two packets stays whole', async () => {
    const bytes = Buffer.from(text('Grüße 😀'));
    const middle = bytes.indexOf(Buffer.from('😀')) + 2;
    upstream.next(
      stream([roleChunk, bytes.subarray(0, middle), { wait: 5 }, bytes.subarray(middle), finish(), done]),
    );
    expect(textOf(await readEvents(await gateway.chat(ask({ stream: true }))))).toBe('Grüße 😀');
  });

  test('an error before the first byte is JSON, also for a stream', async () => {
    upstream.next(refusal(500));
    const response = await gateway.chat(ask({ stream: true }));
    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await errorOf(response)).toEqual({
      message: expect.any(String),
      type: 'server_error',
      param: null,
      code: 'upstream_error',
    });
  });
});
