// What users of the AI SDK do besides the matrix, with either package: loops of steps, objects that grow, retries.
import {
  APICallError,
  generateObject,
  generateText,
  isStepCount,
  type LanguageModel,
  NoObjectGeneratedError,
  Output,
  RetryError,
  streamText,
  tool,
} from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  choice,
  completion,
  done,
  finish,
  goodStream,
  polite,
  refusal,
  roleChunk,
  type ScriptedUpstream,
  stream,
  text,
  whole,
} from '../../support/scripted-upstream.ts';
import { streamedCall, streamedCalls, wholeCall } from '../../support/scripts/tool-calls.ts';
import type { TestGateway } from '../../support/start-gateway.ts';
import type { Entrance } from '../matrix/client.ts';
import { startWorld, type World } from '../matrix/world.ts';

const person = z.object({ name: z.string(), age: z.int() });
const ada = { name: 'Ada', age: 36 };
const weather = tool({
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `sunny in ${city}`,
});
const soon = { 'retry-after-ms': '5' };

export function runBeyond(name: string, modelAt: (entrance: Entrance) => LanguageModel): void {
  let world: World;
  let upstream: ScriptedUpstream;
  let gateway: TestGateway;
  let model: LanguageModel;

  beforeAll(async () => {
    world = await startWorld();
    ({ upstream, gateway } = world);
    model = modelAt({ url: `${gateway.url}/v1`, key: gateway.key });
  });
  beforeEach(() => upstream.always(polite));
  afterAll(() => world?.[Symbol.asyncDispose]());
  const prompt = 'Say hello.';
  const lastMessages = () => upstream.last().body.messages;

  describe(`${name}, steps`, () => {
    test('generateText goes on until there is no call', async () => {
      upstream.next(whole(wholeCall), whole(wholeCall), whole());
      const { text: said, steps } = await generateText({
        model,
        prompt,
        tools: { weather },
        stopWhen: isStepCount(5),
      });
      expect(said).toBe('Hello, world!');
      expect(steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'tool-calls', 'stop']);
      expect(lastMessages().map(({ role }: { role: string }) => role)).toEqual([
        'user',
        'assistant',
        'tool',
        'assistant',
        'tool',
      ]);
    });

    test('streamText streams every step', async () => {
      upstream.next(stream(streamedCalls['all with index 0 (Ollama)']), stream(goodStream('Sun', 'ny')));
      const result = streamText({ model, prompt, tools: { weather }, stopWhen: isStepCount(5) });
      const parts: string[] = [];
      for await (const part of result.stream) parts.push(part.type);
      expect(await result.text).toBe('Sunny');
      expect(parts.filter((type) => type === 'tool-result')).toHaveLength(2);
      expect(parts.filter((type) => type === 'finish-step')).toHaveLength(2);
      expect(parts.at(-1)).toBe('finish');
      expect(parts).not.toContain('error');
      const results = lastMessages().filter(({ role }: { role: string }) => role === 'tool');
      expect(results).toEqual([
        { role: 'tool', tool_call_id: 'call_1', content: 'sunny in Rome' },
        { role: 'tool', tool_call_id: 'call_2', content: 'sunny in Oslo' },
      ]);
    });

    test('the input of a call grows while it streams', async () => {
      upstream.next(stream(streamedCall));
      const result = streamText({ model, prompt, tools: { weather }, stopWhen: isStepCount(1) });
      const inputs: string[] = [];
      for await (const part of result.stream) if (part.type === 'tool-input-delta') inputs.push(part.delta);
      expect(inputs.filter((input) => input !== '')).toEqual(['{"city":', '"Rome"}']);
    });
  });

  describe(`${name}, objects`, () => {
    test('an object grows while it streams', async () => {
      upstream.next(stream(goodStream('{"name":"Ada"', ',"age":36}')));
      const result = streamText({ model, prompt, output: Output.object({ schema: person }) });
      const partial: unknown[] = [];
      for await (const object of result.partialOutputStream) partial.push(object);
      expect(partial).toEqual([{ name: 'Ada' }, ada]);
      expect(await result.output).toEqual(ada);
      expect(upstream.last().body.response_format.type).toBe('json_schema');
    });

    test('generateObject', async () => {
      upstream.next(whole(completion({ choices: [choice({ message: { content: JSON.stringify(ada) } })] })));
      expect((await generateObject({ model, prompt, schema: person })).object).toEqual(ada);
    });

    test('an object that was cut off is none', async () => {
      upstream.next(
        whole(completion({ choices: [choice({ message: { content: '{"na' }, finish_reason: 'length' })] })),
      );
      const asked = generateObject({ model, prompt, schema: person });
      await expect(asked).rejects.toSatisfy((error) => NoObjectGeneratedError.isInstance(error));
      await expect(asked).rejects.toMatchObject({ finishReason: 'length' });
    });
  });

  describe(`${name}, retries`, () => {
    test.each([
      [400, 1],
      [422, 1],
      [429, 3],
      [500, 3],
      [503, 3],
    ])('an upstream that says %i: %i attempts', async (status, expected) => {
      upstream.always(refusal(status, {}, soon));
      const before = upstream.requests.length;
      const asked = generateText({ model, prompt });
      await expect(asked).rejects.toSatisfy((error) =>
        (expected > 1 ? RetryError : APICallError).isInstance(error),
      );
      expect(upstream.requests.length - before).toBe(expected);
    });

    test('a refusal that passes is not seen by the user, whole or streamed', async () => {
      upstream.next(refusal(429, {}, soon), refusal(503, {}, soon));
      expect((await generateText({ model, prompt })).text).toBe('Hello, world!');
      upstream.next(refusal(429, {}, soon), refusal(503, {}, soon));
      expect(await streamText({ model, prompt }).text).toBe('Hello, world!');
    });

    test('a stream that broke is neither asked for again nor taken for whole', async () => {
      const before = upstream.requests.length;
      upstream.next(stream([roleChunk, text('Hel'), { wait: 20 }, 'RESET']));
      const result = streamText({ model, prompt, onError: () => undefined });
      const parts: string[] = [];
      for await (const part of result.stream) parts.push(part.type);
      expect(parts).toContain('error');
      await expect(result.finishReason).resolves.toBe('error');
      expect(upstream.requests.length - before).toBe(1);
    });
  });

  test(`${name}: keep-alive comments do not disturb a stream`, async () => {
    await using quiet = await startWorld({ heartbeat: '30ms' });
    const slowly = [
      { wait: 120 },
      roleChunk,
      text('a'),
      { wait: 120 },
      text('b'),
      finish(),
      { wait: 120 },
      done,
    ];
    quiet.upstream.always(stream(slowly));
    const waited = streamText({
      model: modelAt({ url: `${quiet.gateway.url}/v1`, key: quiet.gateway.key }),
      prompt,
    });
    expect(await waited.text).toBe('ab');
    expect(await waited.finishReason).toBe('stop');
  });
}
