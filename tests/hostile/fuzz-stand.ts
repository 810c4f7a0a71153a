// Where inputs are played: a real gateway with its ledger, a raw upstream, and the ears that hear what no answer tells:
// rejections nobody handled, warnings, rows that stay held, memory that does not come back.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ask, price, startGateway, type TestGateway, upstreamKey } from '../support/start-gateway.ts';
import type { HttpAnswer } from './http-bytes.ts';
import { type RawAnswer, startRawUpstream } from './raw-upstream.ts';

export interface FuzzStand extends AsyncDisposable {
  readonly gateway: TestGateway;
  /** Notes what the ledger must say of an answer; `arrivals`: how often its request reached the upstream. */
  expect(answer: HttpAnswer | undefined, arrivals: number): void;
  /** An input whose rows cannot be told from its answers. */
  expectAny(): void;
  /** What is wrong since the last check. */
  check(): Promise<string[]>;
  memory(): { readonly heapUsed: number; readonly external: number; readonly rss: number };
  rows(): number;
  arrivals(): number;
}

export async function openFuzzStand(answer: (body: string) => RawAnswer | undefined): Promise<FuzzStand> {
  let arrivals = 0;
  const upstream = await startRawUpstream((body) => {
    arrivals++;
    return answer(body);
  });
  const gateway = await startGateway({ upstreams: [upstream.url] });
  await gateway.configure(configOf(upstream.url));
  const ears = listenToProcess();
  let expected = new Map<string, boolean>();
  let anything = 0;
  let arrivalsBefore = 0;
  let newest = '';
  let rows = 0;

  /** The rows since the last check, once none is held. */
  async function newRows(): Promise<{ id: string; state: string }[]> {
    const until = performance.now() + 30_000;
    for (;;) {
      const found: { id: string; state: string }[] = [];
      let cursor: string | undefined;
      for (;;) {
        const page = await gateway.gateway.store.ledgerReader.rows({
          limit: 1000,
          ...(cursor ? { cursor } : {}),
        });
        found.push(...page.items.filter(({ id }) => id > newest).map(({ id, state }) => ({ id, state })));
        cursor = page.nextCursor;
        if (cursor === undefined || page.items.some(({ id }) => id <= newest)) break;
      }
      if (found.every(({ state }) => state !== 'held') || performance.now() > until) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function checkBooks(): Promise<string[]> {
    const wrong: string[] = [];
    const found = await newRows();
    const states = new Map(found.map(({ id, state }) => [id, state]));
    rows += found.length;
    const held = found.filter(({ state }) => state === 'held');
    if (held.length > 0) wrong.push(`${held.length} rows stay held: ${held[0]?.id}`);
    if (states.size !== found.length) wrong.push('a row stands twice');
    for (const [id, reached] of expected) {
      if (reached !== states.has(id))
        wrong.push(`${id} ${reached ? 'reached the upstream and has no row' : 'never left and has a row'}`);
    }
    const came = arrivals - arrivalsBefore;
    if (came > found.length)
      wrong.push(`${came} requests reached the upstream, ${found.length} are in the books`);
    if (found.length - came > anything)
      wrong.push(`${found.length} rows for ${came} requests that reached the upstream`);
    newest = [newest, ...states.keys()].sort().at(-1) ?? newest;
    expected = new Map();
    anything = 0;
    arrivalsBefore = arrivals;
    return wrong.slice(0, 10);
  }

  async function checkGoodRequests(): Promise<string[]> {
    const wrong: string[] = [];
    for (const stream of [false, true]) {
      const response = await gateway.chat(ask({ stream }));
      const text = await response.text();
      const good = stream ? text.endsWith('data: [DONE]\n\n') : text.includes('Hello, world!');
      if (response.status !== 200 || !good)
        wrong.push(`a good request got ${response.status}: ${text.slice(0, 200)}`);
    }
    return wrong;
  }

  return {
    gateway,
    expect(answered, times) {
      const id = answered?.headers.find(([name]) => name === 'x-request-id')?.[1];
      // Where a loaded machine ran out of time before the request was sent, its row is released, or it arrives later.
      if (id === undefined || (answered?.status === 504 && times === 0)) anything++;
      else expected.set(id, times > 0);
      if (times > 1) ears.heard.push(`one request reached the upstream ${times} times`);
    },
    expectAny: () => {
      anything += 10;
    },
    async check() {
      const wrong = await checkGoodRequests();
      wrong.push(...(await checkBooks()));
      wrong.push(...ears.heard.splice(0));
      for (const log of gateway.logs.splice(0)) {
        if (log.level >= 50 || log.error === 'internal_error')
          wrong.push(`log: ${JSON.stringify(log).slice(0, 1500)}`);
      }
      return wrong;
    },
    memory: memoryAfterCollection,
    rows: () => rows,
    arrivals: () => arrivals,
    async [Symbol.asyncDispose]() {
      ears[Symbol.dispose]();
      await gateway[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

/** `liar-model` gives up on an upstream soon; for the others a machine under load must not look like a fault. */
function configOf(url: string) {
  const provider = { type: 'openai-compatible', base_url: url, api_key: upstreamKey };
  const route = [[{ provider: 'first', model: 'upstream-model' }]];
  return {
    providers: { first: provider },
    models: {
      'test-model': { price, route },
      'free-model': { price: 'free', route },
      'unpriced-model': { route },
      'liar-model': { price, route, timeouts: { first_token: '2s', idle: '2s', total: '6s' } },
    },
  };
}

function listenToProcess(): Disposable & { readonly heard: string[] } {
  const heard: string[] = [];
  const note = (kind: string) => (what: unknown) =>
    void heard.push(`${kind}: ${what instanceof Error ? what.stack : String(what)}`);
  const listeners = (['unhandledRejection', 'uncaughtException', 'warning'] as const).map(
    (name) => [name, note(name)] as const,
  );
  for (const [name, listener] of listeners) process.on(name as 'warning', listener);
  return {
    heard,
    [Symbol.dispose]() {
      for (const [name, listener] of listeners) process.off(name as 'warning', listener);
    },
  };
}

function memoryAfterCollection() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapUsed, external, rss };
}
