// How the child process shares one model: slots, queue, prefix reuse, and clients that go away.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  byteToken,
  endless,
  type ServedChild,
  serveChild,
  user,
  writeTinyModel,
} from './fixtures/tiny-model.ts';

const tiny = writeTinyModel();
let child: ServedChild;
beforeAll(async () => {
  child = await serveChild({ modelPath: tiny.path, slots: 2, queueLimit: 2 });
});
afterAll(async () => {
  await child[Symbol.asyncDispose]();
  tiny[Symbol.dispose]();
});

/** Some seconds of work, if nobody ends it. */
const long = (content: string) => ({ messages: user(content), logit_bias: endless, max_tokens: 8000 });

async function openStream(content: string) {
  const gone = new AbortController();
  const response = await child.post({ ...long(content), stream: true }, { signal: gone.signal });
  return { response, abort: () => gone.abort() };
}

function start(content: string) {
  const gone = new AbortController();
  const answer = child.post(long(content), { signal: gone.signal });
  answer.catch(() => {});
  return { answer, abort: () => gone.abort() };
}

const idle = (health: { slots_busy: number; queue_depth: number }) =>
  health.slots_busy === 0 && health.queue_depth === 0;

describe('a client that goes away', () => {
  test('frees its slot within a token: streaming', async () => {
    const stream = await openStream('one');
    await child.until((health) => health.slots_busy === 1);
    stream.abort();
    const after = await child.until(idle, 2000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await child.health()).decoded_tokens_total).toBe(after.decoded_tokens_total);
  });

  test('frees its slot: waiting for a whole answer', async () => {
    const request = start('two');
    await child.until((health) => health.slots_busy === 1);
    request.abort();
    await child.until(idle, 2000);
  });

  test('frees its slot: while its prompt is fed', async () => {
    const request = start('w'.repeat(7000));
    await child.until((health) => health.slots_busy === 1);
    const { decoded_tokens_total } = await child.health();
    request.abort();
    const after = await child.until(idle, 2000);
    expect(after.decoded_tokens_total).toBe(decoded_tokens_total);
  });

  test('leaves the queue', async () => {
    const running = [start('three'), start('four')];
    await child.until((health) => health.slots_busy === 2);
    const waiting = start('five');
    await child.until((health) => health.queue_depth === 1);
    waiting.abort();
    await child.until((health) => health.queue_depth === 0);
    for (const request of running) request.abort();
    await child.until(idle);
  });
});

test('when slots and queue are full, the next request is told to come back', async () => {
  const requests = ['a', 'b', 'c', 'd'].map(start);
  await child.until((health) => health.slots_busy === 2 && health.queue_depth === 2);
  for (const stream of [false, true]) {
    const refused = await child.post({ messages: user('e'), stream });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({
      error: { code: 'overloaded', type: 'server_error', param: null },
    });
  }
  for (const request of requests) request.abort();
  await child.until(idle);
});

test('the queue is served in order', async () => {
  const finished: string[] = [];
  const short = async (name: string) => {
    await child.complete({ messages: user(name), logit_bias: endless, max_tokens: 150 });
    finished.push(name);
  };
  const blockers = [start('block one'), start('block two')];
  await child.until((health) => health.slots_busy === 2);
  const first = short('first');
  await child.until((health) => health.queue_depth === 1);
  const second = short('second');
  await child.until((health) => health.queue_depth === 2);
  blockers[0]?.abort();
  await Promise.all([first, second]);
  blockers[1]?.abort();
  expect(finished).toEqual(['first', 'second']);
  await child.until(idle);
});

test('a long prompt does not freeze a stream beside it', async () => {
  const stream = await openStream('watched');
  const arrivals: number[] = [];
  const reading = (async () => {
    for await (const _ of stream.response.body ?? []) arrivals.push(performance.now());
  })().catch(() => {});
  await child.until((health) => health.decoded_tokens_total > 0);
  const begin = performance.now();
  await child.complete({ messages: user('long prompt '.repeat(200)), max_tokens: 1 });
  const end = performance.now();
  stream.abort();
  await reading;
  const during = arrivals.filter((at) => at > begin && at < end);
  const slices = 2200 / 64;
  expect(during.length).toBeGreaterThan(slices / 4);
  await child.until(idle);
});

describe('what was evaluated before', () => {
  const history = [
    { role: 'user', content: 'Tell me about rivers. '.repeat(40) },
    { role: 'assistant', content: 'aaaaaaaa' },
    { role: 'user', content: 'And lakes?' },
  ];

  test('is not evaluated again, and reported as cached exactly', async () => {
    const bias = { [byteToken('a')]: 100, ...endless };
    const first = await child.complete({ messages: history.slice(0, 1), logit_bias: bias, max_tokens: 8 });
    expect(first.choices[0]?.message.content).toBe('aaaaaaaa');
    const second = await child.complete({ messages: history, logit_bias: bias, max_tokens: 8 });
    const cached = second.usage.prompt_tokens_details?.cached_tokens ?? 0;
    // The whole first prompt and the answer but for its last token, which was never evaluated.
    expect(cached).toBe(first.usage.prompt_tokens + 7);
  });

  test('the same prompt again costs one token', async () => {
    const ask = { messages: history, max_tokens: 1 };
    await child.complete(ask);
    const again = await child.complete(ask);
    expect(again.usage.prompt_tokens_details?.cached_tokens).toBe(again.usage.prompt_tokens - 1);
  });

  test('two conversations in turn keep a slot each', async () => {
    const other = [{ role: 'user', content: 'Mountains, please. '.repeat(40) }];
    await child.complete({ messages: other, max_tokens: 4 });
    await child.complete({ messages: history, max_tokens: 4 });
    for (const messages of [other, history, other, history]) {
      const { usage } = await child.complete({ messages, max_tokens: 4 });
      expect(usage.prompt_tokens_details?.cached_tokens).toBe(usage.prompt_tokens - 1);
    }
  });
});
