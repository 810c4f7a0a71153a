// The cells of the matrix that a text model of one's own can fill, with the same five clients, against the real model
// in a gateway of its own process. What breaks in mid-stream is the scripted upstream's part, and tests/embedded's.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { LedgerRow } from '../../src/core/store.ts';
import { openSqliteToolStore } from '../../src/store/sqlite/open.ts';
import { realModel } from '../support/real-model.ts';
import { type ServeProcess, serveProcess } from '../support/serve-process.ts';
import { startClient as aiSdkOpenAI } from './ai-sdk-openai/client.ts';
import { startClient as aiSdkCompatible } from './ai-sdk-openai-compatible/client.ts';
import { startClient as langChain } from './langchain/client.ts';
import type { Ask, Client, Entrance, Seen, Usage, Way } from './matrix/client.ts';
import { startClient as openaiNode } from './openai-node/client.ts';
import { startClient as openaiPython } from './openai-python/client.ts';

const key = 'embedded-model-0123456789';
const starts: Record<string, (entrance: Entrance) => Promise<Client | { readonly missing: string }>> = {
  'openai-node': openaiNode,
  'openai-python': openaiPython,
  '@ai-sdk/openai': aiSdkOpenAI,
  '@ai-sdk/openai-compatible': aiSdkCompatible,
  LangChain: langChain,
};

let missing: string | undefined;
let data: string;
let serve: ServeProcess;

beforeAll(async () => {
  const model = await realModel();
  if ('missing' in model) {
    missing = model.missing;
    return;
  }
  data = await mkdtemp(join(tmpdir(), 'tollgate-conformance-'));
  serve = await serveProcess({
    data,
    environment: { TOLLGATE_LOCAL_MODEL: model.path, TOLLGATE_BOOTSTRAP_KEY: key },
  });
  await serve.ready(120_000);
}, 300_000);

afterAll(async () => {
  if (missing !== undefined) return;
  expect(await serve.end('SIGTERM')).toBe(0);
  await rm(data, { recursive: true, force: true });
}, 60_000);

/** The newest row, once it is closed. */
async function newestRow(): Promise<LedgerRow | undefined> {
  await using store = await openSqliteToolStore({ folder: data, clock: systemClock });
  for (;;) {
    const { items } = await store.ledgerReader.rows({ limit: 1 });
    if (items[0]?.state !== 'held') return items[0];
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const greeting: Ask = { model: 'gpt-5.1', prompt: 'Please introduce yourself.', maxTokens: 24 };
const forecast: Ask = {
  model: 'gpt-5.1',
  prompt: 'How is the weather in Rome?',
  maxTokens: 200,
  temperature: 0,
  tools: true,
  mustCall: true,
};
const words = expect.stringMatching(/\p{L}{2,}/u);
const finished = expect.stringMatching(/^(stop|length)$/);
const call = { id: expect.stringMatching(/^call_/), name: 'weather', input: { city: expect.any(String) } };

function checkUsage(usage: Usage | undefined): void {
  expect(usage?.input).toBeGreaterThan(5);
  expect(usage?.output).toBeGreaterThan(0);
  expect(usage?.total).toBe((usage?.input ?? 0) + (usage?.output ?? 0));
}

describe.each(Object.keys(starts))('%s', (name) => {
  const isAiSdk = name.startsWith('@ai-sdk/');
  let client: Client | { readonly missing: string };

  beforeAll(async () => {
    if (missing === undefined)
      client = await (starts[name] as (typeof starts)[string])({ url: `${serve.url}/v1`, key });
  });
  afterAll(async () => {
    if (client && !('missing' in client)) await client[Symbol.asyncDispose]();
  });

  function cell(title: string, check: (ask: (way: Way, ask: Ask) => Promise<Seen>) => Promise<void>): void {
    test(`${name}, embedded model / ${title}`, { timeout: 120_000 }, async (context) => {
      if (missing !== undefined) return context.skip(`the real model is not to be had: ${missing}`);
      if ('missing' in client) return context.skip(client.missing);
      const { ways } = client;
      await check((way, ask) => ways[way](ask));
    });
  }

  cell('plain', async (ask) => {
    const seen = await ask('whole', greeting);
    expect(seen).toMatchObject({ text: words, finish: finished, model: 'gpt-5.1' });
    checkUsage(seen.usage);
    expect(await newestRow()).toMatchObject({
      state: 'settled',
      provider: 'local',
      usageSource: 'reported',
      usage: { input: seen.usage?.input, output: seen.usage?.output },
    });
  });

  cell('stream', async (ask) => {
    expect(await ask('stream', greeting)).toMatchObject({ text: words, finish: finished, model: 'gpt-5.1' });
  });

  cell('stream helper, usage', async (ask) => {
    const seen = await ask('helper', { ...greeting, usage: true });
    expect(seen).toMatchObject({ text: words, finish: finished, model: 'gpt-5.1' });
    checkUsage(seen.usage);
    expect(await newestRow()).toMatchObject({
      stream: true,
      usage: { input: seen.usage?.input, output: seen.usage?.output },
    });
  });

  cell('tools round trip', async (ask) => {
    const seen = await ask('tools', forecast);
    expect(seen.error).toBeUndefined();
    expect(seen.calls).toEqual([call]);
  });

  cell('tools, streamed', async (ask) => {
    for (const way of ['stream', 'helper'] as const) {
      const seen = await ask(way, forecast);
      expect(seen.error).toBeUndefined();
      expect(seen).toMatchObject({ finish: 'tool_calls', calls: [call] });
    }
  });

  cell('JSON schema', async (ask) => {
    const prompt = 'Ada Lovelace is 36 years old.';
    const seen = await ask('object', { model: 'gpt-5.1', prompt, maxTokens: 200, temperature: 0 });
    expect(seen.error).toBeUndefined();
    expect(seen.object).toEqual({ name: expect.any(String), age: expect.any(Number) });
    expect(seen.object.age).toSatisfy(Number.isInteger);
  });

  cell('reasoning', async (ask) => {
    const seen = await ask('stream', {
      ...greeting,
      model: 'gpt-5.1-thinking',
      maxTokens: 160,
      usage: true,
    });
    expect(seen.error).toBeUndefined();
    expect(seen.usage?.reasoning).toBeGreaterThan(0);
    if (name === '@ai-sdk/openai') expect(seen.reasoning).toBeUndefined();
    else expect(seen.reasoning).toEqual(words);
  });

  cell('n=2', async (ask) => {
    const seen = await ask('whole', { ...greeting, n: 2 });
    expect(seen.text).toEqual(words);
    if (isAiSdk) expect(seen.texts).toBeUndefined();
    else expect(seen.texts).toEqual([words, words]);
    checkUsage(seen.usage);
  });

  cell('image', async (ask) => {
    const { error } = await ask('whole', { ...greeting, image: 'https://images.example.com/cat.png' });
    expect(error).toMatchObject({ status: 400, type: 'invalid_request_error' });
    expect(error?.param).toMatch(/^messages\[0\]\.content\[1\]/);
  });

  cell('error before', async (ask) => {
    const { error } = await ask('stream', { ...greeting, prompt: 'lighthouse '.repeat(20_000) });
    expect(error?.message).toMatch(/maximum context length is \d+ tokens/);
    if (name === 'LangChain') expect(error?.class).toBe('ContextOverflowError');
    else expect(error).toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'messages' });
  });

  cell('abort', async (ask) => {
    const seen = await ask('stream', {
      model: 'gpt-5.1',
      prompt: 'Tell me a very long story.',
      maxTokens: 1000,
      leaveAfter: 3,
    });
    expect(seen).toEqual({ text: words });
    expect(await newestRow()).toMatchObject({ state: 'settled', partial: true, error: 'client_aborted' });
    expect((await ask('whole', { ...greeting, maxTokens: 1 })).error).toBeUndefined();
  });
});
