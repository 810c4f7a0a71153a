// The main job, end to end: the gateway as a process, the real language model behind it, the official client before it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { openSqliteToolStore } from '../../src/store/sqlite/open.ts';
import { modelProcess } from '../support/model-process.ts';
import { pythonClient } from '../support/python-client.ts';
import { realModel } from '../support/real-model.ts';
import { type ServeProcess, serveProcess } from '../support/serve-process.ts';

const key = 'embedded-model-0123456789';
const names = ['gpt-5.1', 'gpt-5.1-chat', 'gpt-5.1-thinking'] as const;
const introduce = [{ role: 'user' as const, content: 'Please introduce yourself' }];

let missing: string | undefined;
let data: string;
let serve: ServeProcess;
let client: OpenAI;

beforeAll(async () => {
  const model = await realModel();
  if ('missing' in model) {
    missing = model.missing;
    return;
  }
  data = await mkdtemp(join(tmpdir(), 'tollgate-embedded-'));
  serve = await serveProcess({
    data,
    environment: { TOLLGATE_LOCAL_MODEL: model.path, TOLLGATE_BOOTSTRAP_KEY: key },
  });
  await serve.ready(60_000);
  client = new OpenAI({ baseURL: `${serve.url}/v1`, apiKey: key, maxRetries: 0 });
}, 300_000);

afterAll(async () => {
  if (missing !== undefined) return;
  expect(await serve.end('SIGTERM')).toBe(0);
  await rm(data, { recursive: true, force: true });
});

beforeEach((context) => context.skip(missing !== undefined, `the real model is not to be had: ${missing}`));

type Reasoned = { reasoning_content?: string };

function checkUsage(usage: OpenAI.CompletionUsage | null | undefined, thinks: boolean): void {
  expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
  expect(usage?.prompt_tokens).toBeGreaterThan(5);
  expect(usage?.completion_tokens).toBeGreaterThan(0);
  const reasoning = usage?.completion_tokens_details?.reasoning_tokens ?? 0;
  expect(reasoning <= (usage?.completion_tokens ?? 0)).toBe(true);
  expect(reasoning > 0).toBe(thinks);
}

describe.each(names)('%s', (model) => {
  const thinks = model === 'gpt-5.1-thinking';

  test('answers the reference call', { timeout: 120_000 }, async () => {
    const answer = await client.chat.completions.create({
      model,
      messages: introduce,
      temperature: 1,
      max_tokens: 400,
    });
    expect(answer).toMatchObject({ object: 'chat.completion', model });
    const message = answer.choices[0]?.message as OpenAI.ChatCompletionMessage & Reasoned;
    expect(message.content).toMatch(/\p{L}{2,} \p{L}+/u);
    expect(typeof message.reasoning_content).toBe(thinks ? 'string' : 'undefined');
    expect(message).not.toHaveProperty('tool_calls');
    checkUsage(answer.usage, thinks);
  });

  test('streams it, thinking before text', { timeout: 120_000 }, async () => {
    const stream = await client.chat.completions.create({
      model,
      messages: introduce,
      max_completion_tokens: 400,
      stream: true,
      stream_options: { include_usage: true },
    });
    let content = '';
    let reasoning = '';
    let usage: OpenAI.CompletionUsage | null | undefined;
    const finished: unknown[] = [];
    for await (const chunk of stream) {
      expect(chunk.model).toBe(model);
      usage = chunk.usage;
      const choice = chunk.choices[0];
      const delta = choice?.delta as (OpenAI.ChatCompletionChunk.Choice.Delta & Reasoned) | undefined;
      if (delta?.reasoning_content) {
        expect(content).toBe('');
        reasoning += delta.reasoning_content;
      }
      content += delta?.content ?? '';
      if (choice?.finish_reason) finished.push(choice.finish_reason);
    }
    expect(content).toMatch(/\p{L}{2,}/u);
    expect(reasoning !== '').toBe(thinks);
    expect(finished).toHaveLength(1);
    checkUsage(usage, thinks);
  });
});

test('the official Python client gets the same', { timeout: 180_000 }, async (context) => {
  const python = await pythonClient();
  if ('missing' in python) return context.skip(python.missing);
  const results = await python.run(new URL('./embedded_client.py', import.meta.url), [serve.url, key]);
  for (const model of names) {
    const thinks = model === 'gpt-5.1-thinking';
    const { streamed, ...whole } = results[model];
    expect(whole.model).toBe(model);
    for (const answer of [whole, streamed]) {
      expect(answer.content).toMatch(/\p{L}{2,} \p{L}+/u);
      expect(answer.reasoning !== '').toBe(thinks);
      checkUsage(answer.usage, thinks);
    }
  }
});

test('the books: one settled row per answer, with the usage that the client saw', {
  timeout: 60_000,
}, async () => {
  const answer = await client.chat.completions
    .create({ model: 'gpt-5.1', messages: introduce, max_tokens: 5 })
    .withResponse();
  await using store = await openSqliteToolStore({ folder: data, clock: systemClock });
  let row = await store.ledgerReader.row(answer.request_id ?? '');
  while (row?.state === 'held') row = await store.ledgerReader.row(answer.request_id ?? '');
  expect(row).toMatchObject({
    state: 'settled',
    model: 'gpt-5.1',
    provider: 'local',
    cost: 0n,
    usageSource: 'reported',
    usage: { input: answer.data.usage?.prompt_tokens, output: answer.data.usage?.completion_tokens },
  });
  expect(answer.data.choices[0]?.finish_reason).toBe('length');
  expect(answer.data.usage?.completion_tokens).toBe(5);
});

test('a stop sequence is not echoed, and what comes before it is', { timeout: 60_000 }, async () => {
  const messages = [{ role: 'user' as const, content: 'Who wrote Hamlet?' }];
  const create = (stop: string[] | undefined) =>
    client.chat.completions.create({
      model: 'gpt-5.1',
      messages,
      temperature: 0,
      max_tokens: 40,
      ...(stop ? { stop } : {}),
    });
  const whole = (await create(undefined)).choices[0]?.message.content ?? '';
  const word = whole.split(' ')[3] ?? '';
  const stopped = await create([word, 'never said']);
  expect(stopped.choices[0]?.finish_reason).toBe('stop');
  expect(stopped.choices[0]?.message.content).toBe(whole.slice(0, whole.indexOf(word)));
});

test('a second turn on the same beginning reads it from the cache', { timeout: 60_000 }, async () => {
  const system = { role: 'system' as const, content: 'You keep the log of a lighthouse. '.repeat(40) };
  const ask = (content: string) =>
    client.chat.completions.create({
      model: 'gpt-5.1',
      messages: [system, { role: 'user', content }],
      max_tokens: 4,
      temperature: 0,
    });
  const first = await ask('What is in the log?');
  const second = await ask('Who keeps the log?');
  const cached = second.usage?.prompt_tokens_details?.cached_tokens ?? 0;
  expect(cached).toBeGreaterThan(200);
  expect(cached).toBeLessThan(second.usage?.prompt_tokens ?? 0);
  expect(first.usage?.prompt_tokens_details?.cached_tokens).toBeLessThan(100);
});

test('a prompt longer than the context is refused with the numbers', { timeout: 60_000 }, async () => {
  const request = client.chat.completions.create({
    model: 'gpt-5.1',
    messages: [{ role: 'user', content: 'lighthouse '.repeat(20_000) }],
  });
  await expect(request).rejects.toMatchObject({
    status: 400,
    code: 'context_length_exceeded',
    param: 'messages',
    message: expect.stringMatching(/maximum context length is \d+ tokens/),
  });
});

test('a client that leaves frees the model at once', { timeout: 60_000 }, async () => {
  const stream = await client.chat.completions.create({
    model: 'gpt-5.1',
    messages: [{ role: 'user', content: 'Tell me a long story.' }],
    max_tokens: 1000,
    stream: true,
  });
  for await (const _ of stream) break;
  const started = performance.now();
  await client.chat.completions.create({ model: 'gpt-5.1', messages: introduce, max_tokens: 1 });
  expect(performance.now() - started).toBeLessThan(10_000);
});

test('the model process is killed in mid-stream: an in-band error, and the next request works', {
  timeout: 120_000,
}, async () => {
  const stream = await client.chat.completions.create({
    model: 'gpt-5.1',
    messages: [{ role: 'user', content: 'Tell me a very long story.' }],
    max_tokens: 1000,
    stream: true,
  });
  const read = async () => {
    let killed = false;
    for await (const chunk of stream) {
      if (!killed && chunk.choices[0]?.delta.content) {
        killed = true;
        process.kill(await modelProcess(serve.child.pid ?? 0), 'SIGKILL');
      }
    }
  };
  await expect(read()).rejects.toMatchObject({ code: 'upstream_error' });
  // At once: it waits for the new process.
  const answer = await client.chat.completions.create({
    model: 'gpt-5.1',
    messages: introduce,
    max_tokens: 5,
  });
  expect(answer.choices).toHaveLength(1);
});
