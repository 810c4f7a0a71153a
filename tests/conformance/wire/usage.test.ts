// Where usage stands in the bytes of a stream, that it is hidden from whoever did not ask, and that client and ledger are
// told the same where it is counted. CONTRACT sections 2 and 3.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEvents } from '../../support/read-events.ts';
import {
  done,
  finish,
  goodStream,
  type Json,
  polite,
  roleChunk,
  type ScriptedUpstream,
  stream,
  text,
  usageChunk,
  whole,
} from '../../support/scripted-upstream.ts';
import { silentAnswers, silentStreams } from '../../support/scripts/usage.ts';
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

describe('usage', () => {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

  test.each([
    ['a chunk of its own', goodStream('a')],
    ['the finish chunk', [roleChunk, text('a'), finish('stop', { usage }), done]],
    ['every chunk', [roleChunk, text('a', { usage }), finish('stop', { usage }), usageChunk(), done]],
  ])('asked for, from %s', async (_, steps) => {
    upstream.next(stream(steps));
    const { data, done: ended } = await readEvents(
      await gateway.chat(ask({ stream: true, stream_options: { include_usage: true } })),
    );
    expect(ended).toBe(true);
    expect(data.at(-1)).toMatchObject({ choices: [], usage });
    expect(data.slice(0, -1).map((part) => part.usage)).toEqual(data.slice(0, -1).map(() => null));
    expect(data.filter((part) => part.choices.length === 0)).toHaveLength(1);
  });

  test('asked for, and the upstream says nothing: counted', async () => {
    upstream.next(stream([roleChunk, text('Hello, world!'), finish(), done]));
    const { data } = await readEvents(
      await gateway.chat(ask({ stream: true, stream_options: { include_usage: true } })),
    );
    expect(data.at(-1)?.usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 4, total_tokens: 11 });
    expect(await gateway.row()).toMatchObject({ usageSource: 'estimated', usage: { input: 7, output: 4 } });
  });

  test.each(Object.entries(silentStreams))(
    'asked for, and %s in the upstream’s stream: counted',
    async (_, steps) => {
      upstream.next(stream(steps));
      const { data } = await readEvents(
        await gateway.chat(ask({ stream: true, stream_options: { include_usage: true } })),
      );
      const { usage, usageSource } = await gateway.row();
      expect(usageSource).toBe('estimated');
      expect(data.at(-1)?.usage).toMatchObject({
        prompt_tokens: usage?.input,
        completion_tokens: usage?.output,
        total_tokens: (usage?.input ?? 0) + (usage?.output ?? 0),
      });
    },
  );

  test.each(Object.entries(silentAnswers))(
    '%s in a whole answer: counted, and both books say the same',
    async (_, answer) => {
      upstream.next(whole(answer));
      const { usage: told } = (await (await gateway.chat(ask())).json()) as Json;
      const { usage, usageSource } = await gateway.row();
      expect(usageSource).toBe('estimated');
      expect(told).toMatchObject({ prompt_tokens: usage?.input, completion_tokens: usage?.output });
    },
  );

  test('not asked for: asked upstream, hidden from the client', async () => {
    const { data } = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(upstream.last().body.stream_options).toEqual({ include_usage: true });
    expect(data.some((part) => 'usage' in part)).toBe(false);
    expect(await gateway.row()).toMatchObject({ usageSource: 'reported', usage: { input: 10, output: 5 } });
  });
});
