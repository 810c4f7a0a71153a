// The official client for JavaScript through every adapter: the cells of tests/conformance, in front of a model that does
// what it is asked on the provider's own wire. What a provider cannot is refused, which is asserted too.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CellName } from '../conformance/matrix/cells.ts';
import type { Ask, Client, Seen, Way } from '../conformance/matrix/client.ts';
import { startClient } from '../conformance/openai-node/client.ts';
import { type WireName, wireNames } from './wires/all.ts';
import { greeting, orders, thought } from './wires/perfect-model.ts';
import { type Place, type Stand, startStand } from './wires/stand.ts';

let stand: Stand;
let client: Client;
beforeAll(async () => {
  stand = await startStand();
  client = await startClient({ url: `${stand.gateway.url}/v1`, key: stand.gateway.key });
});
beforeEach(() => {
  for (const place of Object.values(stand.at)) place.reset();
});
afterAll(async () => {
  await client?.[Symbol.asyncDispose]();
  await stand?.[Symbol.asyncDispose]();
});

type Question = Omit<Ask, 'model'>;
interface Cell {
  readonly ways: readonly Way[];
  readonly ask: Question;
  readonly seen: Seen;
}

const usage = (output: number, reasoning = 0) => ({
  input: 12,
  output,
  total: 12 + output,
  cached: 7,
  reasoning,
});
const hello: Seen = { text: greeting, finish: 'stop', role: 'assistant' };
const rome = { id: expect.stringMatching(/./), name: 'weather', input: { city: 'Rome' } };
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const busy = { status: 503, code: 'overloaded', type: 'server_error', class: 'InternalServerError' };
const brief: Question = { system: 'Be brief.', prompt: 'Say hello.', maxTokens: 4096 };

type Told = Exclude<CellName, 'abort' | 'n=2' | 'reasoning'>;
const cells: Record<Told, Cell> = {
  plain: { ways: ['whole'], ask: brief, seen: { ...hello, usage: usage(8) } },
  stream: { ways: ['stream'], ask: brief, seen: hello },
  'stream helper': { ways: ['helper'], ask: brief, seen: hello },
  usage: {
    ways: ['whole', 'stream', 'helper'],
    ask: { ...brief, usage: true },
    seen: { ...hello, usage: usage(8) },
  },
  'tools round trip': {
    ways: ['tools'],
    ask: { prompt: 'Weather in Rome?', tools: true },
    seen: { ...hello, calls: [rome], usage: usage(8) },
  },
  'parallel tools': {
    ways: ['whole', 'stream', 'helper'],
    ask: { prompt: 'Weather in Rome?', tools: true, mustCall: true },
    seen: { finish: 'tool_calls', role: 'assistant', calls: [rome] },
  },
  'JSON schema': {
    ways: ['object'],
    ask: { prompt: 'Rome is 36.' },
    seen: { object: { name: 'Rome', age: 36 }, finish: 'stop', role: 'assistant' },
  },
  image: {
    ways: ['whole', 'stream'],
    ask: { prompt: 'What is this?', image: `data:image/png;base64,${pixel}` },
    seen: hello,
  },
  'error before': {
    ways: ['whole', 'stream', 'helper'],
    ask: { prompt: orders.fail },
    seen: { error: expect.objectContaining(busy) },
  },
  'error in mid-stream': {
    ways: ['stream', 'helper'],
    ask: { prompt: orders.breakOff },
    seen: {
      text: 'Hello there, ',
      error: expect.objectContaining({ class: 'APIError', code: 'overloaded', type: 'server_error' }),
    },
  },
};

/** Chat completions of OpenAI tell no thoughts. */
const thoughtless: readonly WireName[] = ['openai', 'azure-openai', 'azure-openai (dated)'];
const oneChoice: readonly WireName[] = wireNames.filter((name) => /anthropic|Responses|bedrock/.test(name));

describe.each(wireNames)('%s', (name) => {
  const ask = (way: Way, question: Question) =>
    client.ways[way]({ model: stand.at[name].model, ...question });

  test.each(Object.entries(cells))('%s', async (_, { ways, ask: question, seen }) => {
    for (const way of ways) expect.soft({ [way]: await ask(way, question) }).toMatchObject({ [way]: seen });
    for (const { media } of stand.at[name].heard().flatMap(({ turns }) => turns.slice(0, 1))) {
      expect(media).toEqual(question.image ? [`image/png:${pixel}`] : undefined);
    }
  });

  test('reasoning', async () => {
    const answered: Question = { prompt: '9.11 or 9.9?', effort: 'high' };
    const told = thoughtless.includes(name) ? {} : { reasoning: thought };
    // Bedrock does not tell how much of its output was thought.
    const counted = name.startsWith('bedrock') ? 0 : 4;
    const count = thoughtless.includes(name) ? usage(8) : usage(12, counted);
    expect(await ask('whole', answered)).toMatchObject({ ...hello, ...told, usage: count });
    expect(await ask('stream', answered)).toMatchObject({ ...hello, ...told });
  });

  test('reasoning in a tool loop: what the provider wants back comes back', async () => {
    const question: Question = { prompt: 'Weather in Rome?', tools: true, effort: 'high' };
    expect(await ask('tools', question)).toMatchObject({ ...hello, calls: [rome] });
    const asked = stand.at[name].heard();
    expect(asked.map(({ thinks }) => thinks)).toEqual(Array(2).fill(!thoughtless.includes(name)));
    // What chat completions gave out as reasoning_content has no signature to come back.
    const signs = /anthropic|gemini|Responses|bedrock/.test(name);
    expect(asked.map(({ remembered }) => remembered)).toEqual(signs ? [0, 1] : [undefined, undefined]);
    expect(asked[1]?.turns.at(-1)?.results?.map(({ text }) => text)).toEqual(['sunny in Rome']);
  });

  test('n=2', async () => {
    const refused = {
      error: { status: 400, class: 'BadRequestError', param: 'n', code: 'unsupported_value' },
    };
    const both = { texts: [greeting, greeting], finishes: ['stop', 'stop'] };
    for (const way of ['whole', 'stream', 'helper'] as const) {
      const seen = await ask(way, { prompt: 'Say hello.', n: 2 });
      expect(seen).toMatchObject(oneChoice.includes(name) ? refused : both);
    }
  });

  test('abort before the first byte, whole and streamed', async () => {
    for (const way of ['whole', 'stream'] as const) {
      const { upstream }: Place = stand.at[name];
      upstream.always(async ({ gone }) => void (await gone));
      const leaving = new AbortController();
      const arrived = upstream.arrival(upstream.requests.length + 1);
      const answer = ask(way, { prompt: 'Say hello.', signal: leaving.signal });
      const request = await arrived;
      leaving.abort();
      expect((await answer).error?.class).toBe('APIUserAbortError');
      expect(await request.closed).toBe('aborted');
      expect(await stand.gateway.row()).toMatchObject({ error: 'client_aborted', state: 'settled' });
    }
  });

  test('abort in the middle of a stream', async () => {
    for (const way of ['stream', 'helper'] as const) {
      await ask(way, { prompt: orders.endless, leaveAfter: 3 });
      expect(await stand.at[name].upstream.last().closed).toBe('aborted');
      expect(await stand.gateway.row()).toMatchObject({ error: 'client_aborted', partial: true });
    }
  });
});
