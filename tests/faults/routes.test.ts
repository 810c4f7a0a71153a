// Routes on bad days: who is asked, how often, in which order, and what the client and the ledger see of it.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import { readEvents, textOf } from '../support/read-events.ts';
import {
  completion,
  done,
  event,
  finish,
  goodStream,
  type Json,
  play,
  polite,
  refusal,
  roleChunk,
  type Script,
  type ScriptedUpstream,
  type Step,
  startUpstream,
  stream,
  text,
  whole,
} from '../support/scripted-upstream.ts';
import { standingClock } from '../support/standing-clock.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;

beforeAll(async () => {
  first = await startUpstream(polite);
  second = await startUpstream(polite);
});
beforeEach(() => {
  first.always(polite);
  second.always(polite);
  first.requests.length = 0;
  second.requests.length = 0;
});
afterAll(async () => {
  for (const upstream of [first, second]) await upstream[Symbol.asyncDispose]();
});

/** A gateway of its own, since health is remembered. */
function gatewayWith(model: Json, upstreams = [first, second], clock?: Clock): Promise<TestGateway> {
  return startGateway({ upstreams: upstreams.map(({ url }) => url), model, ...(clock ? { clock } : {}) });
}

const asked = () => [first.requests.length, second.requests.length];
const servedBy = (response: Response) => response.headers.get('x-tollgate-served-by')?.split('/')[0];
const reset: Script = ({ reset: hangUp }) => hangUp();
const slowly =
  (ms: number): Script =>
  async (answer) => {
    await play({ wait: ms }, answer);
    await polite(answer);
  };

describe('retries', () => {
  const twice = { retry: { attempts: 2 } };

  test('attempts: 2 asks the only target again, and both attempts are on the row', async () => {
    await using gateway = await gatewayWith(twice, [first]);
    first.next(refusal(500));
    const response = await gateway.chat(ask());
    expect(response.status).toBe(200);
    await response.text();
    const row = await gateway.row();
    expect(row.attempts?.map(({ error }) => error)).toEqual(['upstream_error', undefined]);
    expect(row).toMatchObject({ state: 'settled', cost: 20_000n });
  });

  test('without retry each target is asked once', async () => {
    await using gateway = await gatewayWith({}, [first]);
    first.next(refusal(500));
    expect((await gateway.chat(ask())).status).toBe(502);
    expect(first.requests).toHaveLength(1);
  });

  test('a connection that dies before the answer is retried, streaming too', async () => {
    await using gateway = await gatewayWith(twice, [first]);
    first.next(reset);
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(textOf(events)).toBe('Hello, world!');
  });

  test('attempts: n asks n times and no more; the client gets the last failure', async () => {
    await using gateway = await gatewayWith({ retry: { attempts: 3, deadline: '20s' } }, [first]);
    first.always(refusal(500));
    const response = await gateway.chat(ask());
    expect(response.status).toBe(502);
    expect(first.requests).toHaveLength(3);
    expect((await gateway.row()).attempts).toHaveLength(3);
  });

  test('a refused request is not retried', async () => {
    await using gateway = await gatewayWith({ retry: { attempts: 5 } });
    first.always(refusal(400));
    expect((await gateway.chat(ask())).status).toBe(400);
    expect(asked()).toEqual([1, 0]);
  });

  test('Retry-After is honoured: waited for when short, told to the client when long', async () => {
    await using gateway = await gatewayWith(twice, [first]);
    first.next(refusal(429, {}, { 'retry-after-ms': '700' }));
    const started = performance.now();
    expect((await gateway.chat(ask())).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(690);
    first.next(refusal(429, {}, { 'retry-after': '30' }));
    const refused = await gateway.chat(ask());
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('30');
  });

  test('an account without credit is asked once; the next target is, and is asked again', async () => {
    await using gateway = await gatewayWith({ retry: { attempts: 3, deadline: '20s' } });
    first.always(refusal(429, { code: 'insufficient_quota', type: 'insufficient_quota' }));
    second.next(refusal(500), refusal(500));
    const response = await gateway.chat(ask());
    expect(servedBy(response)).toBe('second');
    expect(asked()).toEqual([1, 3]);
    expect((await gateway.row()).attempts?.map(({ error }) => error)).toEqual([
      'upstream_out_of_credit',
      'upstream_error',
      'upstream_error',
      undefined,
    ]);
  });

  test('where no target is worth asking again, nobody waits', async () => {
    await using gateway = await gatewayWith({ retry: { attempts: 5, deadline: '20s' } }, [first]);
    first.always(refusal(402));
    const response = await gateway.chat(ask());
    expect(response.status).toBe(503);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(first.requests).toHaveLength(1);
  });

  test('a client that leaves ends the wait', async () => {
    await using gateway = await gatewayWith(twice, [first]);
    first.next(refusal(429, {}, { 'retry-after': '4' }));
    const leaving = new AbortController();
    const asking = gateway.chat(ask(), { signal: leaving.signal });
    await first.arrival(1);
    await delay(100);
    leaving.abort();
    await expect(asking).rejects.toThrow();
    const row = await gateway.row();
    expect(row).toMatchObject({ state: 'released', error: 'client_aborted' });
    expect(first.requests).toHaveLength(1);
  });

  test('nothing is retried once text has gone out', async () => {
    await using gateway = await gatewayWith({ retry: { attempts: 3 } });
    first.next(stream([...goodStream('Hel').slice(0, 2), 'RESET']));
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(textOf(events)).toBe('Hel');
    expect(asked()).toEqual([1, 0]);
  });
});

describe('an upstream that has only begun its message has not answered', () => {
  const opening = goodStream('Hel').slice(0, 1);
  const blank = event({
    id: 'chatcmpl-upstream',
    object: 'chat.completion.chunk',
    created: 1_755_133_833,
    model: 'upstream-model',
    choices: [{ index: 0, delta: { content: '' }, logprobs: null, finish_reason: null }],
  });

  test.each<[string, Step[]]>([
    ['is reset', ['RESET']],
    ['ends', ['END']],
    ['reports an error', [event({ error: { message: 'engine died', code: 500 } })]],
    ['says nothing a few times and is reset', [blank, blank, { wait: 30 }, blank, 'RESET']],
  ])('when it %s, another one answers', async (_, ending) => {
    await using gateway = await gatewayWith({});
    first.always(stream([...opening, { wait: 30 }, ...ending]));
    const response = await gateway.chat(ask({ stream: true }));
    expect(servedBy(response)).toBe('second');
    const events = await readEvents(response);
    expect([textOf(events), events.done]).toEqual(['Hello, world!', true]);
    expect(events.data.filter(({ choices }) => choices[0]?.delta.role)).toHaveLength(1);
  });

  test('alone, its failure has a status of its own', async () => {
    await using gateway = await gatewayWith({}, [first]);
    first.always(stream([...opening, { wait: 30 }, 'RESET']));
    const response = await gateway.chat(ask({ stream: true }));
    expect(response.status).toBe(502);
  });

  test('the limit on the first token is on the first token', async () => {
    await using gateway = await gatewayWith({ timeouts: { first_token: '300ms' } });
    first.always(stream([...opening, { wait: 60_000 }]));
    expect(servedBy(await gateway.chat(ask({ stream: true })))).toBe('second');
  });

  test('hedging waits for the first token, too', async () => {
    await using gateway = await gatewayWith({ hedge: '100ms' });
    first.always(stream([...opening, { wait: 60_000 }]));
    expect(servedBy(await gateway.chat(ask({ stream: true })))).toBe('second');
  });

  test('what it began with goes out with the first token, once', async () => {
    await using gateway = await gatewayWith({}, [first]);
    first.always(stream([...opening, blank, ...goodStream('Hel', 'lo').slice(1)]));
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(events.data[0].choices[0].delta).toEqual({ role: 'assistant', content: '', refusal: null });
    expect([textOf(events), events.done]).toEqual(['Hello', true]);
    expect(events.data.filter(({ choices }) => choices[0]?.delta.role)).toHaveLength(1);
  });

  test('an answer without a word is an answer', async () => {
    await using gateway = await gatewayWith({}, [first]);
    first.always(stream([...opening, finish(), done]));
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(events.done).toBe(true);
    expect(events.data.map(({ choices }) => choices[0]?.finish_reason)).toEqual([null, 'stop']);
  });
});

describe('circuit breaker', () => {
  test('a target that keeps failing is left alone, then probed by one request, then used again', async () => {
    const clock = standingClock();
    await using gateway = await gatewayWith({}, [first, second], clock);
    first.always(refusal(500));
    for (let count = 0; count < 12; count++) expect(servedBy(await gateway.chat(ask()))).toBe('second');
    expect(asked()).toEqual([5, 12]);
    clock.pass(4_990);
    expect(servedBy(await gateway.chat(ask()))).toBe('second');
    expect(asked()).toEqual([5, 13]);
    let probed = () => {};
    const othersCame = new Promise<void>((resolve) => {
      probed = resolve;
    });
    first.always(async (answer) => {
      await othersCame;
      await polite(answer);
    });
    clock.pass(10);
    const six = Array.from({ length: 6 }, () => gateway.chat(ask()));
    await second.arrival(13 + 5);
    probed();
    const answers = await Promise.all(six);
    expect(answers.map(servedBy).sort()).toEqual(['first', ...Array<string>(5).fill('second')]);
    expect(servedBy(await gateway.chat(ask()))).toBe('first');
  });

  test('where every target is broken they are asked all the same', async () => {
    await using gateway = await gatewayWith({}, [first, second], standingClock());
    for (const upstream of [first, second]) upstream.always(reset);
    for (let count = 0; count < 8; count++) expect((await gateway.chat(ask())).status).toBe(502);
    expect(asked()).toEqual([8, 8]);
    second.always(polite);
    expect(servedBy(await gateway.chat(ask()))).toBe('second');
  });

  const half = (...ending: Step[]) => stream([...goodStream('Hel').slice(0, 2), ...ending]);

  test.each<[string, Step]>([
    ['is reset', 'RESET'],
    ['ends without an end', 'END'],
    ['ends with an error', event({ error: { message: 'engine died', code: 500 } })],
  ])('a target whose stream %s in the middle is left alone, too', async (_, ending) => {
    await using gateway = await gatewayWith({}, [first, second], standingClock());
    first.always(half(ending));
    for (let count = 0; count < 5; count++) {
      const events = await readEvents(await gateway.chat(ask({ stream: true })));
      expect([textOf(events), events.done]).toEqual(['Hel', false]);
    }
    expect(servedBy(await gateway.chat(ask()))).toBe('second');
    expect(asked()).toEqual([5, 1]);
  });

  test('a client that leaves in the middle does not open it', async () => {
    await using gateway = await gatewayWith({}, [first, second], standingClock());
    first.always(half('STALL'));
    for (let count = 1; count <= 7; count++) {
      const leaving = new AbortController();
      const response = await gateway.chat(ask({ stream: true }), { signal: leaving.signal });
      await response.body?.getReader().read();
      leaving.abort();
      expect(await first.requests[count - 1]?.closed).toBe('aborted');
    }
    first.always(polite);
    expect(servedBy(await gateway.chat(ask()))).toBe('first');
  });

  test('refused requests and clients that leave do not open it', async () => {
    await using gateway = await gatewayWith({}, [first], standingClock());
    first.always(refusal(400));
    for (let count = 0; count < 8; count++) expect((await gateway.chat(ask())).status).toBe(400);
    first.always(polite);
    expect((await gateway.chat(ask())).status).toBe(200);
  });
});

describe('strategies', () => {
  const both = (members: Json) => ({
    route: [
      [
        { provider: 'first', model: 'upstream-model' },
        { provider: 'second', model: 'upstream-model' },
      ],
    ],
    ...members,
  });

  test('least-latency finds the faster of two', async () => {
    await using gateway = await gatewayWith(both({ strategy: 'least-latency' }));
    // What the other takes on a busy machine is less.
    first.always(slowly(1_000));
    for (let count = 0; count < 12; count++) await (await gateway.chat(ask())).text();
    expect(first.requests.length).toBeLessThanOrEqual(1);
  });

  test('lowest-cost goes to the cheaper, and to the dearer when that fails', async () => {
    const route = [
      [
        { provider: 'first', model: 'upstream-model', cost: 3 },
        { provider: 'second', model: 'upstream-model', cost: 1 },
      ],
    ];
    await using gateway = await gatewayWith({ route, strategy: 'lowest-cost' });
    for (let count = 0; count < 4; count++) expect(servedBy(await gateway.chat(ask()))).toBe('second');
    second.next(refusal(500));
    expect(servedBy(await gateway.chat(ask()))).toBe('first');
  });

  test('prefix-affinity keeps a conversation at one replica and spreads conversations', async () => {
    await using gateway = await gatewayWith(both({ strategy: 'prefix-affinity' }));
    const homes = new Set<string | undefined>();
    for (let conversation = 0; conversation < 12; conversation++) {
      const messages: Json[] = [{ role: 'user', content: `Tell me about number ${conversation}.` }];
      const served = new Set<string | undefined>();
      for (let turn = 0; turn < 3; turn++) {
        served.add(servedBy(await gateway.chat(ask({ messages }))));
        messages.push({ role: 'assistant', content: 'Well.' }, { role: 'user', content: `More ${turn}.` });
      }
      expect(served.size).toBe(1);
      homes.add([...served][0]);
    }
    expect(homes).toEqual(new Set(['first', 'second']));
  });
});

describe('hedging', () => {
  test('when the first is slow to begin, the second is asked too, and the slower is ended', async () => {
    await using gateway = await gatewayWith({ hedge: '100ms' });
    first.always(async ({ gone }) => void (await gone));
    const response = await gateway.chat(ask());
    expect(response.status).toBe(200);
    expect(servedBy(response)).toBe('second');
    await response.text();
    expect(await first.requests[0]?.closed).toBe('aborted');
    const row = await gateway.row();
    expect(row).toMatchObject({ provider: 'second', state: 'settled', cost: 20_000n });
    expect(row.attempts?.map(({ provider, error }) => [provider, error]).sort()).toEqual([
      ['first', 'superseded'],
      ['second', undefined],
    ]);
  });

  test('the one that began and broke off is the one on the row, not the one that was ended', async () => {
    await using gateway = await gatewayWith({ hedge: '100ms' });
    first.always(async ({ gone }) => void (await gone));
    second.next(stream([roleChunk, text('a'), { wait: 300 }, 'RESET']));
    await (await gateway.chat(ask({ stream: true }))).text();
    const row = await gateway.row();
    expect(row).toMatchObject({ provider: 'second', error: 'upstream_error', partial: true });
    expect(row.attempts?.map(({ provider, error }) => [provider, error]).sort()).toEqual([
      ['first', 'superseded'],
      ['second', 'upstream_error'],
    ]);
  });

  test('a first that begins in time is not doubled', async () => {
    await using gateway = await gatewayWith({ hedge: '30s' });
    for (let count = 0; count < 3; count++) {
      const events = await readEvents(await gateway.chat(ask({ stream: true })));
      expect(textOf(events)).toBe('Hello, world!');
    }
    expect(asked()).toEqual([3, 0]);
  });

  test('a first that fails early makes the second start at once', async () => {
    await using gateway = await gatewayWith({ hedge: '60s' });
    first.always(refusal(500));
    expect(servedBy(await gateway.chat(ask()))).toBe('second');
  });

  test('a client that leaves ends both', async () => {
    await using gateway = await gatewayWith({ hedge: '50ms' });
    for (const upstream of [first, second]) upstream.always(async ({ gone }) => void (await gone));
    const leaving = new AbortController();
    const asking = gateway.chat(ask(), { signal: leaving.signal });
    await second.arrival(1);
    leaving.abort();
    await expect(asking).rejects.toThrow();
    expect(await first.requests[0]?.closed).toBe('aborted');
    expect(await second.requests[0]?.closed).toBe('aborted');
    expect((await gateway.row()).error).toBe('client_aborted');
  });

  test('the winner of a hedge still ends with its client', async () => {
    await using gateway = await gatewayWith({ hedge: '50ms' });
    first.always(async ({ gone }) => void (await gone));
    second.always(stream([...goodStream('Hello').slice(0, 2), 'STALL']));
    const leaving = new AbortController();
    const response = await gateway.chat(ask({ stream: true }), { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    expect(await second.requests[0]?.closed).toBe('aborted');
    expect((await gateway.row()).partial).toBe(true);
  });
});

test('30 % faults on one of two targets: no request is lost, none answered twice', async () => {
  // Without the breaker, which would spare most requests the faults.
  await using gateway = await startGateway({
    upstreams: [first.url, second.url],
    server: { circuit_breaker: 'off' },
    model: {
      route: [
        [
          { provider: 'first', model: 'upstream-model' },
          { provider: 'second', model: 'upstream-model' },
        ],
      ],
    },
  });
  let count = 0;
  const faults: Script[] = [reset, refusal(500), refusal(503), whole('garbage'), refusal(429)];
  first.always((answer) => {
    const turn = count++;
    if (turn % 10 >= 3) return polite(answer);
    return (faults[Math.floor(turn / 10) % faults.length] as Script)(answer);
  });
  const total = 1_000;
  const work = Array.from({ length: 16 }, async () => {
    for (let done = 0; done < total / 16; done++) {
      const response = await gateway.chat(ask());
      expect(response.status).toBe(200);
      expect(((await response.json()) as Json).choices[0].message.content).toBe(
        completion().choices[0].message.content,
      );
    }
  });
  await Promise.all(work);
  const rows = await gateway.ledger();
  expect(rows.every(({ state, cost }) => state === 'settled' && cost === 20_000n)).toBe(true);
  expect(count).toBeGreaterThan(total / 4);
}, 60_000);
