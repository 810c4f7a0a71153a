// Upstreams on bad days: what the client is told, what the ledger says, and that nothing of the upstream leaks.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorOf, readEvents, textOf } from '../support/read-events.ts';
import {
  chunk,
  completion,
  done,
  event,
  finish,
  goodStream,
  type Json,
  polite,
  refusal,
  roleChunk,
  type Script,
  type ScriptedUpstream,
  startUpstream,
  stream,
  text,
  usageChunk,
  whole,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway, upstreamKey } from '../support/start-gateway.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
/** One target, and two in order of preference. */
let single: TestGateway;
let double: TestGateway;

const timeouts = { connect: '300ms', first_token: '250ms', idle: '200ms', total: '1500ms' };

beforeAll(async () => {
  first = await startUpstream(polite);
  second = await startUpstream(polite);
  single = await startGateway({ upstreams: [first.url], model: { timeouts } });
  // Each fault is its own story here: what many of them together do is for routes.test.ts.
  const server = { circuit_breaker: 'off' };
  double = await startGateway({ upstreams: [first.url, second.url], model: { timeouts }, server });
});
beforeEach(() => {
  first.always(polite);
  second.always(polite);
});
afterAll(async () => {
  for (const part of [single, double, first, second]) await part?.[Symbol.asyncDispose]();
});

const stall: Script = async ({ gone }) => void (await gone);
const html = whole('<html><body>502 Bad Gateway at gw-7.internal</body></html>', 502, {
  'content-type': 'text/html',
});
const sse = (bytes: string): Script => stream([bytes]);

describe('refusals before the first byte', () => {
  const cases: [string, Script, number, string | null][] = [
    ['400', refusal(400, { code: 'bad', param: 'messages' }), 400, 'bad'],
    ['401', refusal(401), 502, 'upstream_auth_error'],
    ['402', refusal(402), 503, 'no_available_upstream'],
    ['403', refusal(403), 502, 'upstream_auth_error'],
    ['404', refusal(404), 502, 'upstream_error'],
    ['408', refusal(408), 504, 'upstream_timeout'],
    ['413', refusal(413), 400, null],
    ['422', refusal(422), 400, null],
    ['429', refusal(429), 429, 'rate_limit_exceeded'],
    [
      "429 for the operator's empty account",
      refusal(429, { code: 'insufficient_quota' }),
      503,
      'no_available_upstream',
    ],
    ['500', refusal(500), 502, 'upstream_error'],
    ['503', refusal(503), 503, 'overloaded'],
    ['529', refusal(529), 503, 'overloaded'],
    ['a redirect', whole('', 302, { location: 'http://169.254.169.254/' }), 502, 'upstream_error'],
    ['an HTML page', html, 502, 'upstream_error'],
    [
      'an HTML page with status 200',
      whole('<html>', 200, { 'content-type': 'text/html' }),
      502,
      'upstream_error',
    ],
    ['garbage JSON', whole('{"id": oh no'), 502, 'upstream_error'],
    ['a JSON array', whole('[]'), 502, 'upstream_error'],
    ['no choices', whole(completion({ choices: [] })), 502, 'upstream_error'],
    ['an error in a success', whole({ error: { message: 'boom', code: 429 } }), 429, 'rate_limit_exceeded'],
    ['a flat error in a success', whole({ object: 'error', message: 'boom', code: 400 }), 400, null],
    ['a reset', ({ reset }) => reset(), 502, 'upstream_error'],
    [
      'a reset in the middle of a body',
      async ({ head, write, reset }) => {
        head(200, { 'content-type': 'application/json' });
        await write('{"id":');
        reset();
      },
      502,
      'upstream_error',
    ],
    [
      'a refusal cut short',
      async ({ head, write, reset }) => {
        head(429, { 'content-type': 'application/json', 'retry-after': '7' });
        await write('{"error":');
        reset();
      },
      429,
      'rate_limit_exceeded',
    ],
    [
      'a refusal that stalls',
      async ({ head, write, gone }) => {
        head(401, { 'content-type': 'application/json' });
        await write('{"error":');
        await gone;
      },
      502,
      'upstream_auth_error',
    ],
    ['silence', stall, 504, 'upstream_timeout'],
    [
      'silence in the middle of a body',
      async ({ head, write, gone }) => {
        head(200, { 'content-type': 'application/json' });
        await write('{"id":');
        await gone;
      },
      504,
      'upstream_timeout',
    ],
  ];
  const streamed: typeof cases = [
    [
      'an error as first event',
      sse(event({ error: { message: 'boom', code: 429 } })),
      429,
      'rate_limit_exceeded',
    ],
    [
      'an error as second event',
      sse(`data: {"choices":[]}\n\n${event({ error: { message: 'x' } })}`),
      502,
      'upstream_error',
    ],
    ['an empty stream', sse(''), 502, 'upstream_error'],
    ['only [DONE]', sse(done), 502, 'upstream_error'],
    ['only usage', stream([usageChunk(), done]), 502, 'upstream_error'],
    ['only comments', stream([': hi\n\n', 'STALL']), 504, 'upstream_timeout'],
    ['choices of the wrong shape', sse('data: {"choices":[null]}\n\n'), 502, 'upstream_error'],
    ['choices without end', sse('data: {"choices":[{"index":99999999}]}\n\n'), 502, 'upstream_error'],
  ];

  test.each([
    ...cases.flatMap(([name, ...rest]) => [
      [name, false, ...rest] as const,
      // An answer that stalls or breaks while it is read whole has another meaning in a stream.
      ...(name.includes('middle of a body') ? [] : [[name, true, ...rest] as const]),
    ]),
    ...streamed.map(([name, ...rest]) => [name, true, ...rest] as const),
  ])('%s (stream: %s)', async (_, wantsStream, script, status, code) => {
    first.next(script);
    const response = await single.chat(ask({ stream: wantsStream }));
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const error = await errorOf(response);
    expect(error).toMatchObject({ code, type: expect.any(String), message: expect.any(String) });
    expect(error.message).not.toMatch(/127\.0\.0\.1|localhost|internal|html/);
    const row = await single.row();
    expect(row).toMatchObject({ state: expect.stringMatching(/^(settled|released)$/), cost: 0n });
    expect(row.usage).toBeUndefined();
    expect(row.error).toBeDefined();
  });

  test.each([
    [429, { 'retry-after': '7' }, '7', '7000'],
    [429, { 'retry-after-ms': '1500' }, '2', '1500'],
    [503, { 'retry-after': '12' }, '12', '12000'],
    [429, {}, '1', '1000'],
  ])('%i with %j keeps the wait', async (status, headers, seconds, ms) => {
    first.next(refusal(status, {}, headers as Record<string, string>));
    const response = await single.chat(ask());
    expect(response.headers.get('retry-after')).toBe(seconds);
    expect(response.headers.get('retry-after-ms')).toBe(ms);
  });

  test('no address, no key and no page of the upstream reaches the client', async () => {
    const message =
      `Incorrect key ${upstreamKey} (Bearer ${upstreamKey}) at ${first.url}/chat/completions, 127.0.0.1:${first.port}, ` +
      'https://vllm-3.prod.example.com:8000/v1 via vllm-3.prod.example.com or 10.1.2.3:8000 or localhost:8000 or [fd00::1]:80';
    for (const status of [400, 401, 422, 429, 500, 503]) {
      for (const body of [{ error: { message } }, { object: 'error', message }, { error: message }]) {
        first.next(whole(body, status));
        const shown = JSON.stringify(await errorOf(await single.chat(ask())));
        expect(shown).not.toMatch(/sk-upstream|127\.0|example\.com|10\.1\.2|localhost|fd00/);
      }
      first.next(sse(event({ error: { message, code: status } })));
      const shown = JSON.stringify(await errorOf(await single.chat(ask({ stream: true }))));
      expect(shown).not.toMatch(/sk-upstream|127\.0|example\.com|10\.1\.2|localhost|fd00/);
    }
  });

  test('a connection that is refused', async () => {
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as { port: number };
        server.close(() => resolve(port));
      });
    });
    await using gateway = await startGateway({ upstreams: [`http://127.0.0.1:${port}/v1`] });
    const response = await gateway.chat(ask());
    expect(response.status).toBe(502);
    expect((await errorOf(response)).message).toContain('connection refused');
    expect(await gateway.row()).toMatchObject({ state: 'released', partial: false, cost: 0n });
  });
});

describe('time limits', () => {
  test('a connection that is never accepted', async (context) => {
    if (process.platform !== 'linux') context.skip('needs Linux: a stopped process with a full backlog');
    const program =
      "require('net').createServer().listen({port: 0, host: '127.0.0.1', backlog: 1}, function () { console.log(this.address().port) })";
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(child.stdout, 'data');
    const port = Number(line);
    child.kill('SIGSTOP');
    // What the kernel still takes in the stopped process's name.
    const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    try {
      await using gateway = await startGateway({
        upstreams: [`http://127.0.0.1:${port}/v1`],
        model: { timeouts: { ...timeouts, first_token: '10s', total: '10s' } },
      });
      const response = await gateway.chat(ask());
      expect(response.status).toBe(504);
      expect(await errorOf(response)).toMatchObject({
        code: 'upstream_timeout',
        message: expect.stringContaining('connecting took too long'),
      });
      expect(await gateway.row()).toMatchObject({ state: 'released', cost: 0n });

      // A client that leaves before there is a connection has cost nobody anything.
      const controller = new AbortController();
      const call = gateway.chat(ask(), { signal: controller.signal });
      setTimeout(() => controller.abort(), 50);
      await expect(call).rejects.toThrow();
      expect(await gateway.row()).toMatchObject({
        state: 'released',
        error: 'client_aborted',
        partial: false,
      });
    } finally {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
    }
  });

  test('no first token: 504, and the upstream is let go', async () => {
    first.next(stall);
    const response = await single.chat(ask({ stream: true }));
    expect(response.status).toBe(504);
    expect((await errorOf(response)).message).toContain('no first token');
    expect(await first.last().closed).toBe('aborted');
    expect(await single.row()).toMatchObject({ state: 'settled', error: 'upstream_timeout', cost: 0n });
  });

  test('silence after the first token begins to count at the first token', async () => {
    // First token late, then a pause that the idle limit allows but the rest of the first token limit would not.
    first.next(stream([roleChunk, { wait: 180 }, text('a'), { wait: 120 }, text('b'), finish(), done]));
    const events = await readEvents(await single.chat(ask({ stream: true })));
    expect([textOf(events), events.done]).toEqual(['ab', true]);
  });

  test('silence in a stream ends it with an error in-band', async () => {
    first.next(stream([roleChunk, text('a'), 'STALL']));
    const events = await readEvents(await single.chat(ask({ stream: true })));
    expect(events.done).toBe(false);
    expect(events.data.at(-1).error).toMatchObject({
      code: 'upstream_timeout',
      message: expect.stringContaining('it fell silent'),
    });
    expect(await first.last().closed).toBe('aborted');
  });

  test('a slow drip is fine, but not for ever', async () => {
    first.next(
      stream([
        roleChunk,
        ...Array.from({ length: 40 }, () => [text('a'), { wait: 60 }]).flat(),
        finish(),
        done,
      ]),
    );
    const started = performance.now();
    const events = await readEvents(await single.chat(ask({ stream: true })));
    expect(performance.now() - started).toBeGreaterThan(1400);
    expect(events.data.at(-1).error.message).toContain('the whole answer took too long');
    expect(textOf(events).length).toBeGreaterThan(10);
  });

  test('a body that drips is not silent', async () => {
    first.next(async ({ head, write, end }) => {
      head(200, { 'content-type': 'application/json' });
      for (let count = 0; count < 5; count++) {
        await write(' ');
        await new Promise((resolve) => setTimeout(resolve, 80));
      }
      end(JSON.stringify(completion()));
    });
    expect((await single.chat(ask())).status).toBe(200);
  });
});

describe('fallback', () => {
  const failures: [string, Script][] = [
    ['a 500', refusal(500)],
    ['a 401', refusal(401)],
    ['a 429', refusal(429)],
    ['a 404', refusal(404)],
    ['a 503', refusal(503)],
    ['a reset', ({ reset }) => reset()],
    ['silence', stall],
    ['an HTML page', html],
    [
      'an error in a success',
      (answer) =>
        answer.request.body.stream
          ? sse(event({ error: { message: 'x', code: 503 } }))(answer)
          : whole({ error: { message: 'x', code: 503 } })(answer),
    ],
  ];
  test.each(
    failures.flatMap(([name, script]) => [[name, false, script] as const, [name, true, script] as const]),
  )('%s (stream: %s) goes to the second target', async (_, streamed, script) => {
    first.next(script);
    const asked = second.requests.length;
    const response = await double.chat(ask({ stream: streamed }));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-tollgate-served-by')).toBe('second/upstream-model');
    await response.text();
    expect(second.requests.length).toBe(asked + 1);
    const row = await double.row();
    expect(row).toMatchObject({ state: 'settled', provider: 'second', cost: 20_000n });
    expect(row.attempts?.map(({ provider, error }) => [provider, error !== undefined])).toEqual([
      ['first', true],
      ['second', false],
    ]);
  });

  test('not for what the client did wrong, and not after the first byte', async () => {
    const asked = second.requests.length;
    first.next(refusal(400));
    expect((await double.chat(ask())).status).toBe(400);
    first.next(stream([roleChunk, text('a'), 'RESET']));
    const events = await readEvents(await double.chat(ask({ stream: true })));
    expect(events.data.at(-1).error.code).toBe('upstream_error');
    expect(second.requests.length).toBe(asked);
  });

  test('all fail: the last error, and both attempts in the ledger', async () => {
    first.next(refusal(500));
    second.next(refusal(429, {}, { 'retry-after': '3' }));
    const response = await double.chat(ask());
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('3');
    const row = await double.row();
    expect(row).toMatchObject({
      state: 'released',
      provider: 'second',
      error: 'upstream_rate_limited',
      cost: 0n,
    });
    expect(row.attempts?.map(({ status }) => status)).toEqual([500, 429]);
  });

  test('a client that leaves during the second attempt is booked on the second target', async () => {
    first.next(refusal(500));
    second.next(stall);
    const arrived = second.arrival(second.requests.length + 1);
    const controller = new AbortController();
    const call = double.chat(ask(), { signal: controller.signal });
    const request = await arrived;
    controller.abort();
    await expect(call).rejects.toThrow();
    expect(await request.closed).toBe('aborted');
    expect(await double.row()).toMatchObject({
      state: 'settled',
      provider: 'second',
      error: 'client_aborted',
      partial: true,
    });
  });
});

describe('the ledger', () => {
  test('the row is held before the upstream is called, and settled to the nano-USD', async () => {
    for (const streamed of [false, true]) {
      let held: Json;
      const usage = {
        prompt_tokens: 1001,
        completion_tokens: 77,
        total_tokens: 1078,
        prompt_tokens_details: { cached_tokens: 901 },
        completion_tokens_details: { reasoning_tokens: 33 },
      };
      first.next(async (answer) => {
        const { items } = await single.gateway.store.ledgerReader.rows({ limit: 1 });
        held = items[0];
        await (streamed
          ? stream([roleChunk, text('a'), finish(), usageChunk(usage), done])
          : whole(completion({ usage })))(answer);
      });
      const response = await single.chat(ask({ stream: streamed, max_tokens: 100 }));
      await response.text();
      expect(held).toMatchObject({
        state: 'held',
        id: response.headers.get('x-request-id'),
        stream: streamed,
      });
      const row = await single.row();
      expect(row).toMatchObject({
        id: held.id,
        state: 'settled',
        usage: { input: 1001, output: 77, cachedInput: 901, reasoning: 33 },
        usageSource: 'reported',
        // 100 × 1000 + 901 × 100 + 77 × 2000
        cost: 344_100n,
        partial: false,
        model: 'test-model',
        provider: 'first',
        upstreamModel: 'upstream-model',
      });
      expect(row.error).toBeUndefined();
      expect(row.durationMs).toBeGreaterThanOrEqual(0);
      expect(held.hold).toBeGreaterThanOrEqual(200_000n);
    }
  });

  test('usage that no request can have is counted instead', async () => {
    for (const broken of [1e15, -1, 1.5, '7', null]) {
      first.next(
        whole(completion({ usage: { prompt_tokens: 5, completion_tokens: broken, total_tokens: 5 } })),
      );
      expect((await single.chat(ask())).status).toBe(200);
      expect(await single.row()).toMatchObject({ usageSource: 'estimated', usage: { input: 7, output: 4 } });
    }
  });

  test('what was delivered is charged when usage came early and the end never', async () => {
    const usage = { prompt_tokens: 50, completion_tokens: 0, total_tokens: 50 };
    first.next(stream([roleChunk, text('one two three four', { usage }), 'RESET']));
    await (await single.chat(ask({ stream: true }))).text();
    expect(await single.row()).toMatchObject({
      partial: true,
      usageSource: 'estimated',
      usage: { input: 50, output: 4 },
      cost: 58_000n,
    });
  });

  test('the one attempt of a stream that broke off says so, and which target it was', async () => {
    first.next(stream([roleChunk, text('a'), 'RESET']));
    await (await single.chat(ask({ stream: true }))).text();
    expect((await single.row()).attempts).toMatchObject([
      { provider: 'first', status: 200, error: 'upstream_error' },
    ]);
    first.next(refusal(500));
    second.next(stream([roleChunk, text('a'), 'STALL']));
    await (await double.chat(ask({ stream: true }))).text();
    const row = await double.row();
    expect(row).toMatchObject({ provider: 'second', error: 'upstream_timeout' });
    expect(row.attempts?.map(({ status, error }) => [status, error])).toEqual([
      [500, 'upstream_error'],
      [200, 'upstream_timeout'],
    ]);
    // A client that leaves is no fault of the attempt.
    first.next(stream([roleChunk, text('a'), 'STALL']));
    const controller = new AbortController();
    const response = await single.chat(ask({ stream: true }), { signal: controller.signal });
    controller.abort();
    await expect(response.text()).rejects.toThrow();
    const left = await single.row();
    expect([left.error, left.attempts]).toEqual(['client_aborted', undefined]);
  });

  test('an answer whose every choice is finished is whole, though its connection broke before [DONE]', async () => {
    for (const ending of ['RESET', 'END'] as const) {
      first.next(stream([roleChunk, text('Done.'), finish(), { wait: 20 }, ending]));
      const events = await readEvents(await single.chat(ask({ stream: true })));
      expect([textOf(events), events.done]).toEqual(['Done.', true]);
      expect(await single.row()).toMatchObject({ partial: false, state: 'settled' });
    }
  });

  test('one row for each request, none twice', async () => {
    // Without the short time limits of the others: fifty at once may take longer on a busy machine.
    await using gateway = await startGateway({ upstreams: [first.url] });
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, index) => gateway.chat(ask({ stream: index % 2 === 0 }))),
    );
    await Promise.all(responses.map((response) => response.text()));
    const rows = await gateway.ledger();
    expect(rows).toHaveLength(50);
    expect(new Set(rows.map(({ id }) => id))).toEqual(
      new Set(responses.map(({ headers }) => headers.get('x-request-id'))),
    );
    expect(rows.every(({ cost }) => cost === 20_000n)).toBe(true);
  });
});

describe('connections', () => {
  test('behind an error in a stream the connection closes, unless the client goes on with it', async () => {
    await using gateway = await startGateway({ upstreams: [first.url] });
    const post = (body: Json) => {
      const json = JSON.stringify(body);
      return `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
    };
    const socket = connect(gateway.port, '127.0.0.1');
    let heard = '';
    socket.on('data', (piece) => {
      heard += String(piece);
    });
    const hears = async (words: string) => {
      while (!heard.includes(words)) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const closed = once(socket, 'close');
    first.next(stream([roleChunk, text('a'), 'RESET']));
    socket.write(post(ask({ stream: true })));
    await hears('"error"');
    socket.write(post(ask()));
    await hears('Hello, world!');
    first.next(stream([roleChunk, text('a'), 'RESET']));
    socket.write(post(ask({ stream: true })));
    await closed;
    expect(heard.match(/"error"/g)).toHaveLength(2);
    expect(heard).not.toContain('[DONE]');
  });

  test('streams and whole answers use the same upstream connection again', async () => {
    await using upstream = await startUpstream(polite);
    await using gateway = await startGateway({ upstreams: [upstream.url] });
    for (let count = 0; count < 10; count++) {
      await (await gateway.chat(ask({ stream: count % 2 === 0 }))).text();
    }
    expect(upstream.connections()).toBe(1);
    expect(await Promise.all(upstream.requests.map(({ closed }) => closed))).toEqual(
      Array(10).fill('finished'),
    );
  });

  test('an upstream that never ends behind [DONE] is let go after a while', async () => {
    first.next(async (answer) => {
      answer.head(200, { 'content-type': 'text/event-stream' });
      await answer.write(goodStream('a').join(''));
      await answer.gone;
    });
    const events = await readEvents(await single.chat(ask({ stream: true })));
    expect(events.done).toBe(true);
    expect(await first.last().closed).toBe('aborted');
    expect(await single.row()).toMatchObject({ partial: false, cost: 20_000n });
  });

  test('an idle connection that the upstream closed is no error', async () => {
    for (let count = 0; count < 5; count++) {
      await (await single.chat(ask())).text();
      first.closeIdle();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect((await single.chat(ask())).status).toBe(200);
    }
  });
});

describe('what upstreams get wrong about tools and ends', () => {
  const call = (index: number | undefined, id: string | undefined, name: string | undefined, args: unknown) =>
    chunk({
      tool_calls: [
        {
          ...(index === undefined ? {} : { index }),
          ...(id === undefined ? {} : { id, type: 'function' }),
          function: { ...(name === undefined ? {} : { name }), arguments: args },
        },
      ],
    });
  const assembled = (data: Json[]) => {
    const calls: Json[] = [];
    for (const piece of data.flatMap(({ choices }) => choices[0].delta.tool_calls ?? [])) {
      calls[piece.index] ??= { id: '', name: '', arguments: '' };
      calls[piece.index].id += piece.id ?? '';
      calls[piece.index].name += piece.function.name ?? '';
      calls[piece.index].arguments += piece.function.arguments ?? '';
    }
    return calls;
  };
  test.each<[string, string[], Json[]]>([
    [
      'one index for parallel calls',
      [call(0, 'a', 'f', '{"x":1}'), call(0, 'b', 'f', '{"x":2}')],
      [
        { id: 'a', name: 'f', arguments: '{"x":1}' },
        { id: 'b', name: 'f', arguments: '{"x":2}' },
      ],
    ],
    [
      'no index',
      [
        call(undefined, 'a', 'f', '{"x"'),
        call(undefined, undefined, undefined, ':1}'),
        call(undefined, 'b', 'g', '{}'),
      ],
      [
        { id: 'a', name: 'f', arguments: '{"x":1}' },
        { id: 'b', name: 'g', arguments: '{}' },
      ],
    ],
    [
      'id and name on every piece',
      [call(0, 'a', 'f', '{"x"'), call(0, 'a', 'f', ':1}')],
      [{ id: 'a', name: 'f', arguments: '{"x":1}' }],
    ],
    [
      'a new id on every piece',
      [call(0, 'a', 'f', '{"x"'), call(0, 'z', undefined, ':1}')],
      [{ id: 'a', name: 'f', arguments: '{"x":1}' }],
    ],
    ['arguments as an object', [call(0, 'a', 'f', { x: 1 })], [{ id: 'a', name: 'f', arguments: '{"x":1}' }]],
    [
      'no arguments',
      [call(0, 'a', 'f', ''), call(1, 'b', 'g', null)],
      [
        { id: 'a', name: 'f', arguments: '{}' },
        { id: 'b', name: 'g', arguments: '{}' },
      ],
    ],
    ['indexes that begin at 1', [call(1, 'a', 'f', '{}')], [{ id: 'a', name: 'f', arguments: '{}' }]],
    [
      'pieces of two calls in turn',
      [
        call(0, 'a', 'f', '{"x"'),
        call(1, 'b', 'g', '{"y"'),
        call(0, undefined, undefined, ':1}'),
        call(1, undefined, undefined, ':2}'),
      ],
      [
        { id: 'a', name: 'f', arguments: '{"x":1}' },
        { id: 'b', name: 'g', arguments: '{"y":2}' },
      ],
    ],
  ])('%s', async (_, chunks, expected) => {
    for (const reason of ['stop', 'tool_calls']) {
      first.next(stream([roleChunk, ...chunks, finish(reason), done]));
      const { data } = await readEvents(await single.chat(ask({ stream: true })));
      expect(assembled(data)).toEqual(expected);
      expect(data.at(-1).choices[0].finish_reason).toBe('tool_calls');
    }
  });

  test('calls without an id get one', async () => {
    first.next(
      stream([roleChunk, call(0, undefined, 'f', '{}'), call(1, undefined, 'g', '{}'), finish(), done]),
    );
    const calls = assembled((await readEvents(await single.chat(ask({ stream: true })))).data);
    expect(calls.map(({ name }) => name)).toEqual(['f', 'g']);
    expect(calls[0].id).toMatch(/^call_\w+$/);
    expect(calls[0].id).not.toBe(calls[1].id);
  });

  test.each([
    ['tool_calls without calls', 'tool_calls', 'stop'],
    ['a word of its own', 'eos_token', 'stop'],
    ['max_tokens', 'max_tokens', 'length'],
    ['SAFETY', 'SAFETY', 'content_filter'],
  ])('the finish reason: %s', async (_, given, expected) => {
    first.next(
      stream([roleChunk, text('a'), finish(given), finish(given), done]),
      whole(completion({ choices: [{ index: 0, message: { content: 'a' }, finish_reason: given }] })),
    );
    const { data } = await readEvents(await single.chat(ask({ stream: true })));
    expect(data.map(({ choices }) => choices[0].finish_reason).filter(Boolean)).toEqual([expected]);
    const answer = (await (await single.chat(ask())).json()) as Json;
    expect(answer.choices[0].finish_reason).toBe(expected);
  });

  test('an upstream that gives up in its finish reason', async () => {
    first.next(stream([roleChunk, text('a'), finish('insufficient_system_resource'), done]));
    const events = await readEvents(await single.chat(ask({ stream: true })));
    expect(events.done).toBe(false);
    expect(events.data.at(-1).error.code).toBe('upstream_error');
  });

  test('choice 1 before choice 0', async () => {
    first.next(
      stream([
        chunk({ content: 'b' }, { index: 1 }),
        chunk({ content: 'a' }),
        finish('stop', { index: 1 }),
        finish(),
        done,
      ]),
    );
    const events = await readEvents(await single.chat(ask({ stream: true, n: 2 })));
    expect(events.data.flatMap(({ choices }) => choices.map(({ index }: Json) => index))).toEqual([
      0, 1, 1, 0, 1, 0,
    ]);
    expect([textOf(events, 0), textOf(events, 1), events.done]).toEqual(['a', 'b', true]);
  });

  test('a whole answer that leaves out what clients need', async () => {
    first.next(
      whole({ choices: [{ message: { tool_calls: [{ function: { name: 'f', arguments: { x: 1 } } }] } }] }),
    );
    const answer = (await (await single.chat(ask())).json()) as Json;
    expect(answer).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      created: expect.any(Number),
      model: 'test-model',
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: null,
            tool_calls: [
              {
                id: expect.stringMatching(/^call_/),
                type: 'function',
                function: { name: 'f', arguments: '{"x":1}' },
              },
            ],
          },
        },
      ],
    });
  });
});
