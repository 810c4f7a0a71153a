// `Idempotency-Key` through whole gateways: one execution whatever clients, nodes and crashes do, and the same answer for all.
import { setTimeout as delay } from 'node:timers/promises';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { errorOf, parseEvents, textOf } from '../support/read-events.ts';
import { completion, refusal, stream, whole } from '../support/scripted-upstream.ts';
import { done, finish, roleChunk, text, usageChunk } from '../support/scripts/pieces.ts';
import { ask } from '../support/start-gateway.ts';
import { databases, stopPostgresAfterAll } from './databases.ts';
import { openSite, type Site } from './idempotent-site.ts';

stopPostgresAfterAll();

const asStream = { ...ask(), stream: true };

/** Resolves when it is told to. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** What was sent before has arrived by then: clients, gateway and upstream take turns on one thread. */
async function arrived(url: string): Promise<void> {
  for (let count = 0; count < 20; count++) await (await fetch(`${url}/health`)).text();
}

/** Reads until `wanted` stands in it. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string): Promise<string> {
  const decoder = new TextDecoder();
  let said = '';
  while (!said.includes(wanted)) {
    const { value, done: over } = await reader.read();
    if (over) throw new Error(`it ended before ${wanted}: ${said}`);
    said += decoder.decode(value, { stream: true });
  }
  return said;
}

async function readRest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const { value, done: over } = await reader.read();
    if (over) return Buffer.concat(pieces).toString();
    pieces.push(value);
  }
}

function readerOf(response: Response): ReadableStreamDefaultReader<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) throw new Error('no body');
  return reader;
}

/** Sends a stream's request, leaves alone after `Hel`, and returns what came; the gateway knows by then. */
async function losesItsConnection(site: Site, url: string, key: string): Promise<string> {
  const leaving = new AbortController();
  const response = await site.send(url, key, asStream, { signal: leaving.signal });
  const begun = await readUntil(readerOf(response), 'Hel');
  leaving.abort();
  await arrived(url);
  return begun;
}

for (const kind of databases) {
  describe.skipIf(kind.missing)(`on ${kind.name}`, { timeout: 120_000 }, () => {
    it('executes one of fifty requests that come at once, and answers all alike', async () => {
      const site = await openSite(kind);
      const node = await site.node();
      const hurry = gate();
      site.upstream.always(async (answer) => {
        await hurry.opened;
        await whole()(answer);
      });
      const sent = Array.from({ length: 50 }, () => site.send(node.url, 'fifty'));
      await site.upstream.arrival();
      await arrived(node.url);
      hurry.open();
      const responses = await Promise.all(sent);
      const bodies = await Promise.all(responses.map((response) => response.text()));
      expect(responses.map(({ status }) => status)).toEqual(Array(50).fill(200));
      expect(new Set(bodies).size).toBe(1);
      expect(JSON.parse(bodies[0] ?? '').choices[0].message.content).toBe('Hello, world!');
      const replayed = responses.filter(({ headers }) => headers.get('idempotent-replayed') === 'true');
      expect(replayed).toHaveLength(49);
      const rows = await node.rows();
      expect(rows).toHaveLength(1);
      expect(new Set(responses.map(({ headers }) => headers.get('x-request-id'))).size).toBe(50);
      for (const { headers } of replayed)
        expect(headers.get('x-tollgate-original-request-id')).toBe(rows[0]?.id);
      expect(site.upstream.requests).toHaveLength(1);
    });

    it('gives whoever joins a stream every event of it, and then what comes live', async () => {
      const site = await openSite(kind);
      const node = await site.node();
      const middle = gate();
      site.upstream.always(
        stream([roleChunk, text('Hel'), text('lo'), middle.opened, text('!'), finish(), usageChunk(), done]),
      );
      const first = await site.send(node.url, 'joined', asStream);
      const reader = readerOf(first);
      const begun = await readUntil(reader, '"lo"');
      const second = await site.send(node.url, 'joined', asStream);
      const joined = readerOf(second);
      const caughtUp = await readUntil(joined, '"lo"');
      expect(caughtUp).toBe(begun);
      middle.open();
      const wholeOfFirst = begun + (await readRest(reader));
      expect(caughtUp + (await readRest(joined))).toBe(wholeOfFirst);
      expect(textOf(parseEvents(wholeOfFirst))).toBe('Hello!');
      expect(parseEvents(wholeOfFirst).done).toBe(true);
      expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));

      const later = await site.send(node.url, 'joined', asStream);
      expect(later.headers.get('idempotent-replayed')).toBe('true');
      expect(await later.text()).toBe(wholeOfFirst);
      expect(await node.rows()).toHaveLength(1);
      expect(site.upstream.requests).toHaveLength(1);
    });

    it('refuses another body under the same key, while it runs and afterwards', async () => {
      const site = await openSite(kind);
      const node = await site.node();
      const hurry = gate();
      site.upstream.always(async (answer) => {
        await hurry.opened;
        await whole()(answer);
      });
      const first = site.send(node.url, 'one');
      await site.upstream.arrival();
      const other = ask({ temperature: 0.5 });
      const early = await site.send(node.url, 'one', other);
      hurry.open();
      await (await first).text();
      const late = await site.send(node.url, 'one', other);
      const [row] = await node.rows();
      for (const response of [early, late]) {
        expect(response.status).toBe(422);
        const error = await errorOf(response);
        expect(error).toMatchObject({ type: 'invalid_request_error', code: 'idempotency_key_reused' });
        expect(error.message).toContain(row?.id);
      }
      expect((await site.send(node.url, 'two', other)).status).toBe(200);
      expect(site.upstream.requests).toHaveLength(2);
    });

    it('gives the same answer after a restart, whole or streamed', async () => {
      const site = await openSite(kind);
      const answers: string[] = [];
      {
        await using node = await site.node();
        answers.push(await (await site.send(node.url, 'plain')).text());
        site.upstream.next(stream([roleChunk, text('Grüße 😀'), finish(), usageChunk(), done]));
        answers.push(await (await site.send(node.url, 'streamed', asStream)).text());
      }
      const node = await site.node();
      const plain = await site.send(node.url, 'plain');
      expect(plain.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(plain.headers.get('x-tollgate-served-by')).toBe('first/upstream-model');
      expect(plain.headers.get('idempotent-replayed')).toBe('true');
      const streamed = await site.send(node.url, 'streamed', asStream);
      expect(streamed.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect([await plain.text(), await streamed.text()]).toEqual(answers);
      expect(site.upstream.requests).toHaveLength(2);
      expect(await node.rows()).toHaveLength(2);
    });

    it('never sends again what kill -9 interrupted, and has what was answered before it', async () => {
      const site = await openSite(kind);
      const killed = await site.serve();
      const answer = await (await site.send(killed.url, 'answered')).text();
      site.upstream.always(stream([roleChunk, text('Hel'), 'STALL']));
      const broken = await site.send(killed.url, 'broken', asStream);
      const reader = readerOf(broken);
      await readUntil(reader, 'Hel');
      await killed.end('SIGKILL');
      await expect(readRest(reader)).rejects.toThrow();

      site.upstream.always(whole());
      const node = await site.node();
      const again = await site.send(node.url, 'answered');
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(await again.text()).toBe(answer);
      const refused = await site.send(node.url, 'broken', asStream);
      expect(refused.status).toBe(409);
      expect(refused.headers.get('x-should-retry')).toBe('false');
      expect((await errorOf(refused)).code).toBe('idempotency_incomplete');
      expect(site.upstream.requests).toHaveLength(2);
      expect(await node.rows()).toHaveLength(2);
    });

    it('stops the upstream when its only client leaves, and does not charge a second time', async () => {
      const site = await openSite(kind, { server: { idempotency_grace: 0 } });
      const node = await site.node();
      site.upstream.always(stream([roleChunk, text('Hel'), 'STALL']));
      const leaving = new AbortController();
      const first = await site.send(node.url, 'left', asStream, { signal: leaving.signal });
      await readUntil(readerOf(first), 'Hel');
      leaving.abort();
      expect(await site.upstream.last().closed).toBe('aborted');
      const [row] = await node.rows();
      expect(row).toMatchObject({ state: 'settled', partial: true, error: 'client_aborted' });
      const again = await site.send(node.url, 'left', asStream);
      expect(again.status).toBe(409);
      const error = await errorOf(again);
      expect(error.code).toBe('idempotency_incomplete');
      expect(error.message).toContain(row?.id);
      expect(site.upstream.requests).toHaveLength(1);
      expect(await node.rows()).toHaveLength(1);
    });

    it('goes on for those who joined when the first client leaves', async () => {
      const site = await openSite(kind);
      const node = await site.node();
      const middle = gate();
      site.upstream.always(
        stream([roleChunk, text('Hel'), middle.opened, text('lo'), finish(), usageChunk(), done]),
      );
      const leaving = new AbortController();
      const first = await site.send(node.url, 'shared', asStream, { signal: leaving.signal });
      await readUntil(readerOf(first), 'Hel');
      const second = await site.send(node.url, 'shared', asStream);
      const third = await site.send(node.url, 'shared', asStream, { signal: leaving.signal });
      const joined = readerOf(second);
      const begun = await readUntil(joined, 'Hel');
      await readUntil(readerOf(third), 'Hel');
      leaving.abort();
      await arrived(node.url);
      middle.open();
      const events = parseEvents(begun + (await readRest(joined)));
      expect(textOf(events)).toBe('Hello');
      expect(events.done).toBe(true);
      expect(await site.upstream.last().closed).toBe('finished');
      expect(await node.rows()).toMatchObject([{ state: 'settled', partial: false }]);
      const replay = await site.send(node.url, 'shared', asStream);
      expect(textOf(parseEvents(await replay.text()))).toBe('Hello');
    });

    it('goes on with a whole answer for those who joined, and for nobody it stops', async () => {
      const site = await openSite(kind, { server: { idempotency_grace: 0 } });
      const node = await site.node();
      const hurry = gate();
      site.upstream.next(async (answer) => {
        await Promise.race([hurry.opened, answer.gone]);
        await whole()(answer);
      });
      const leaving = new AbortController();
      const { signal } = leaving;
      const first = site.send(node.url, 'whole', ask(), { signal });
      await site.upstream.arrival();
      const second = site.send(node.url, 'whole');
      await arrived(node.url);
      leaving.abort();
      await expect(first).rejects.toThrow();
      hurry.open();
      expect((await second).status).toBe(200);
      expect(await node.rows()).toMatchObject([{ state: 'settled', partial: false, cost: 20_000n }]);

      site.upstream.next((answer) => void answer.response.writeHead(200).flushHeaders());
      const alone = new AbortController();
      const third = site.send(node.url, 'alone', ask(), { signal: alone.signal });
      await site.upstream.arrival(2);
      await arrived(node.url);
      alone.abort();
      await expect(third).rejects.toThrow();
      expect(await site.upstream.last().closed).toBe('aborted');
      expect((await site.send(node.url, 'alone')).status).toBe(409);
      expect(site.upstream.requests).toHaveLength(2);
      expect(await node.rows()).toHaveLength(2);
    });

    it('stops the upstream when the last of several clients leaves', async () => {
      const site = await openSite(kind, { server: { idempotency_grace: 0 } });
      const node = await site.node();
      site.upstream.always(stream([roleChunk, text('Hel'), 'STALL']));
      const [one, two] = [new AbortController(), new AbortController()];
      const first = await site.send(node.url, 'both', asStream, { signal: one.signal });
      await readUntil(readerOf(first), 'Hel');
      const second = await site.send(node.url, 'both', asStream, { signal: two.signal });
      await readUntil(readerOf(second), 'Hel');
      one.abort();
      await arrived(node.url);
      expect(site.upstream.last().closedAt).toBeUndefined();
      two.abort();
      expect(await site.upstream.last().closed).toBe('aborted');
      expect(await node.rows()).toMatchObject([{ state: 'settled', partial: true, error: 'client_aborted' }]);
    });

    it('goes on for a time without clients: who lost the connection gets all of the answer', async () => {
      const site = await openSite(kind);
      const node = await site.node();
      const middle = gate();
      site.upstream.always(
        stream([roleChunk, text('Hel'), middle.opened, text('lo'), finish(), usageChunk(), done]),
      );
      const begun = await losesItsConnection(site, node.url, 'back');
      const again = await site.send(node.url, 'back', asStream);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      const reader = readerOf(again);
      const caughtUp = await readUntil(reader, 'Hel');
      expect(caughtUp).toBe(begun);
      middle.open();
      const events = parseEvents(caughtUp + (await readRest(reader)));
      expect(textOf(events)).toBe('Hello');
      expect(events.done).toBe(true);
      expect(await site.upstream.last().closed).toBe('finished');
      expect(site.upstream.requests).toHaveLength(1);
      expect(await node.rows()).toMatchObject([{ state: 'settled', partial: false, cost: 20_000n }]);
    });

    it('ends an answer without clients, settles it in full and has it for whoever comes back', async () => {
      const site = await openSite(kind);
      const node = await site.node();
      const middle = gate();
      site.upstream.next(
        stream([roleChunk, text('Hel'), middle.opened, text('lo'), finish(), usageChunk(), done]),
      );
      await losesItsConnection(site, node.url, 'streamed');
      middle.open();
      const settled = { state: 'settled', partial: false, cost: 20_000n };
      const rows = await node.rows();
      expect(rows).toMatchObject([settled]);
      expect(rows[0]?.error).toBeUndefined();
      const streamed = await site.send(node.url, 'streamed', asStream);
      expect(streamed.headers.get('idempotent-replayed')).toBe('true');
      const events = parseEvents(await streamed.text());
      expect(textOf(events)).toBe('Hello');
      expect(events.done).toBe(true);

      const hurry = gate();
      site.upstream.next(async (answer) => {
        await hurry.opened;
        await whole()(answer);
      });
      const leaving = new AbortController();
      const first = site.send(node.url, 'plain', ask(), { signal: leaving.signal });
      await site.upstream.arrival(2);
      await arrived(node.url);
      leaving.abort();
      await expect(first).rejects.toThrow();
      await arrived(node.url);
      hurry.open();
      expect(await node.rows()).toMatchObject([settled, settled]);
      const plain = await site.send(node.url, 'plain');
      expect(plain.headers.get('idempotent-replayed')).toBe('true');
      expect(await plain.text()).toContain('Hello, world!');
      expect(site.upstream.requests).toHaveLength(2);
    });

    it('stops the upstream when nobody comes back in time', async () => {
      const site = await openSite(kind, { server: { idempotency_grace: '300ms' } });
      const node = await site.node();
      site.upstream.always(stream([roleChunk, text('Hel'), 'STALL']));
      await losesItsConnection(site, node.url, 'given-up');
      expect(await site.upstream.last().closed).toBe('aborted');
      expect(await node.rows()).toMatchObject([{ state: 'settled', partial: true, error: 'client_aborted' }]);
      const late = await site.send(node.url, 'given-up', asStream);
      expect((await errorOf(late)).code).toBe('idempotency_incomplete');
      expect(site.upstream.requests).toHaveLength(1);
    });

    it('stops an answer that nobody follows once it is too large to be kept', async () => {
      const site = await openSite(kind, { server: { idempotency_grace: '24h' } });
      const node = await site.node();
      const piece = text('All work and no play. '.repeat(744));
      const middle = gate();
      const pieces = Array.from({ length: 300 }, () => piece);
      site.upstream.always(stream([roleChunk, text('Hel'), middle.opened, ...pieces, 'STALL']));
      await losesItsConnection(site, node.url, 'endless');
      middle.open();
      expect(await site.upstream.last().closed).toBe('aborted');
      expect(await node.rows()).toMatchObject([{ state: 'settled', partial: true, error: 'client_aborted' }]);
      const late = await site.send(node.url, 'endless', asStream);
      expect((await errorOf(late)).code).toBe('idempotency_incomplete');
    });

    it('has as long as any request without clients when the gateway stops', async () => {
      const site = await openSite(kind, { server: { idempotency_grace: '24h' } });
      const node = await site.node();
      const middle = gate();
      site.upstream.always(
        stream([roleChunk, text('Hel'), middle.opened, text('lo'), finish(), usageChunk(), done]),
      );
      await losesItsConnection(site, node.url, 'deployed');
      const stopped = node[Symbol.asyncDispose]();
      middle.open();
      await stopped;
      const next = await site.node();
      const again = await site.send(next.url, 'deployed', asStream);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(textOf(parseEvents(await again.text()))).toBe('Hello');
      expect(await next.rows()).toMatchObject([{ state: 'settled', partial: false }]);
    });

    it('is stopped without clients, and settled, when the gateway cannot wait longer', async () => {
      const server = { idempotency_grace: '24h', shutdown_grace: '50ms' };
      const site = await openSite(kind, { server });
      site.upstream.always(stream([roleChunk, text('Hel'), 'STALL']));
      const node = await site.node();
      await losesItsConnection(site, node.url, 'cut');
      await node[Symbol.asyncDispose]();
      expect(await site.upstream.last().closed).toBe('aborted');
      const next = await site.node();
      expect(next.gateway.recovered).toBe(0);
      expect(await next.rows()).toMatchObject([{ state: 'settled', partial: true, error: 'shutting_down' }]);
      const again = await site.send(next.url, 'cut', asStream);
      expect((await errorOf(again)).code).toBe('idempotency_incomplete');
      expect(site.upstream.requests).toHaveLength(1);
    });

    it('forgets what reached no model: the same again executes', async () => {
      const site = await openSite(kind);
      const node = await site.node();
      site.upstream.next(refusal(500));
      const failed = await site.send(node.url, 'again');
      expect(failed.status).toBe(502);
      expect(failed.headers.get('x-should-retry')).not.toBe('false');
      const invalid = await site.send(node.url, 'again', ask({ temperature: 9 }));
      expect(invalid.status).toBe(400);
      const fixed = await site.send(node.url, 'again', ask({ temperature: 1 }));
      expect(fixed.status).toBe(200);
      expect(fixed.headers.get('idempotent-replayed')).toBeNull();
      expect((await node.rows()).map(({ state }) => state)).toEqual(['settled', 'released']);
    });

    it('gives a failure again that reached a model', async () => {
      const site = await openSite(kind);
      const node = await site.node();
      site.upstream.always(stream([roleChunk, text('Hel'), 'RESET']));
      const first = await (await site.send(node.url, 'torn', asStream)).text();
      expect(first).toContain('"error"');
      expect(first).not.toContain('[DONE]');
      const again = await site.send(node.url, 'torn', asStream);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(await again.text()).toBe(first);

      site.upstream.always(whole('no JSON at all'));
      const odd = await site.send(node.url, 'odd');
      expect(odd.status).toBe(502);
      expect(odd.headers.get('x-should-retry')).toBe('false');
      const oddAgain = await site.send(node.url, 'odd');
      expect(oddAgain.status).toBe(502);
      expect(await oddAgain.text()).toBe(await odd.text());
      expect(site.upstream.requests).toHaveLength(2);
      expect(await node.rows()).toHaveLength(2);
    });

    it('takes no key for a request that a limit refuses', async () => {
      const limits = [{ scope: { key: '*' }, metric: 'requests', window: 'lifetime', amount: 1 }];
      const site = await openSite(kind, { limits });
      const node = await site.node();
      expect((await site.send(node.url, 'first')).status).toBe(200);
      expect((await site.send(node.url, 'second')).status).toBe(429);
      // What was answered is answered still, and counts for nothing.
      const replay = await site.send(node.url, 'first');
      expect(replay.status).toBe(200);
      expect(replay.headers.get('idempotent-replayed')).toBe('true');
      expect((await site.send(node.url, 'second')).status).toBe(429);
      expect(await node.rows()).toHaveLength(1);
    });

    it('says so when an answer is too large to be kept', async () => {
      const site = await openSite(kind);
      const node = await site.node();
      const content = 'x'.repeat(5 * 1_048_576);
      site.upstream.always(
        whole(
          completion({
            choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
          }),
        ),
      );
      const first = await site.send(node.url, 'large');
      expect(((await first.json()) as { choices: never }).choices).toMatchObject([{ message: { content } }]);
      await node.rows();
      const again = await site.send(node.url, 'large');
      expect(again.status).toBe(409);
      expect((await errorOf(again)).message).toContain('too large to be kept');
      expect(site.upstream.requests).toHaveLength(1);
    });

    it('is not held up by a client that joins and does not read', async () => {
      const site = await openSite(kind);
      const node = await site.node();
      const words = 'All work and no play. '.repeat(744);
      const piece = text(words);
      const middle = gate();
      // 9 MB: more than sockets and the kept part take together.
      const pieces = Array.from({ length: 560 }, () => piece);
      site.upstream.always(
        stream([roleChunk, text('So: '), middle.opened, ...pieces, finish(), usageChunk(), done]),
      );
      const first = await site.send(node.url, 'slow', asStream);
      const reader = readerOf(first);
      const begun = await readUntil(reader, 'So: ');
      const idle = new AbortController();
      const second = await site.send(node.url, 'slow', asStream, { signal: idle.signal });
      expect(second.status).toBe(200);
      middle.open();
      const events = parseEvents(begun + (await readRest(reader)));
      expect(textOf(events)).toHaveLength(4 + 560 * words.length);
      expect(events.done).toBe(true);
      expect(await node.rows()).toMatchObject([{ state: 'settled', partial: false }]);
      idle.abort();
    });

    it('executes anew when the key has expired', async () => {
      const site = await openSite(kind, { server: { idempotency: '1h' } });
      const replayed: (string | null)[] = [];
      // A node each, so that nothing is left under way that could be joined.
      for (const ahead of [0, 3_000_000, 3_601_000]) {
        await using node = await site.node('data', { ...systemClock, now: () => systemClock.now() + ahead });
        const response = await site.send(node.url, 'hour');
        await response.text();
        replayed.push(response.headers.get('idempotent-replayed'));
      }
      expect(replayed).toEqual([null, 'true', null]);
      expect(site.upstream.requests).toHaveLength(2);
    });

    it('refuses a header that is no key', async () => {
      const site = await openSite(kind);
      const node = await site.node();
      for (const key of ['two words', 'x'.repeat(256), 'gr\u00fc\u00dfe']) {
        const response = await site.send(node.url, key);
        expect(response.status).toBe(400);
        expect((await errorOf(response)).code).toBe('invalid_idempotency_key');
      }
      expect((await site.send(node.url, 'x'.repeat(255))).status).toBe(200);
      expect(site.upstream.requests).toHaveLength(1);
    });

    it('is what the official client makes of its retries', async () => {
      const site = await openSite(kind);
      const node = await site.node();
      const openai = new OpenAI({ baseURL: `${node.url}/v1`, apiKey: site.key, maxRetries: 2 });
      const headers = { 'Idempotency-Key': 'official' };
      const question = { model: 'test-model', messages: [{ role: 'user' as const, content: 'Say hello.' }] };
      // Its own retry, under the same key, executes: nothing was charged.
      site.upstream.next(refusal(503, {}, { 'retry-after-ms': '1' }));
      const first = await openai.chat.completions.create(question, { headers });
      const again = await openai.chat.completions.create(question, { headers });
      expect(again).toEqual(first);
      expect(site.upstream.requests).toHaveLength(2);
      // Where a model had answered, it is told not to retry.
      site.upstream.next(whole('no JSON at all'));
      await expect(
        openai.chat.completions.create(question, { headers: { 'Idempotency-Key': 'odd' } }),
      ).rejects.toMatchObject({ status: 502 });
      expect(site.upstream.requests).toHaveLength(3);
      await expect(
        openai.chat.completions.create({ ...question, temperature: 0 }, { headers }),
      ).rejects.toMatchObject({ status: 422, code: 'idempotency_key_reused' });

      site.upstream.always(stream([roleChunk, text('Hel'), text('lo'), finish(), usageChunk(), done]));
      const streamed = async () => {
        let said = '';
        const options = { headers: { 'Idempotency-Key': 'streamed' } };
        for await (const { choices } of await openai.chat.completions.create(
          { ...question, stream: true },
          options,
        ))
          said += choices[0]?.delta.content ?? '';
        return said;
      };
      expect(await Promise.all([streamed(), streamed(), streamed()])).toEqual(['Hello', 'Hello', 'Hello']);
      expect(site.upstream.requests).toHaveLength(4);
    });

    it('tells everybody when the gateway stops, and does not keep that', async () => {
      const site = await openSite(kind, { server: { shutdown_grace: '50ms' } });
      site.upstream.always(stream([roleChunk, text('Hel'), 'STALL']));
      const node = await site.node();
      const responses = [
        await site.send(node.url, 'stopped', asStream),
        await site.send(node.url, 'stopped', asStream),
      ];
      const said = Promise.all(responses.map((response) => response.text()));
      await node[Symbol.asyncDispose]();
      for (const text of await said) {
        expect(text).toContain('shutting_down');
        expect(text).not.toContain('[DONE]');
      }
      const next = await site.node();
      const again = await site.send(next.url, 'stopped', asStream);
      expect((await errorOf(again)).code).toBe('idempotency_incomplete');
      expect(site.upstream.requests).toHaveLength(1);
    });

    it('ignores the header where the operator turned it off', async () => {
      const site = await openSite(kind, { server: { idempotency: 'off' } });
      const node = await site.node();
      for (const key of ['same', 'same', 'not even a key']) {
        expect((await site.send(node.url, key)).status).toBe(200);
      }
      expect(site.upstream.requests).toHaveLength(3);
    });
  });
}

const [, postgres] = databases;

describe.skipIf(!postgres || postgres.missing)('two nodes on one PostgreSQL', { timeout: 120_000 }, () => {
  async function twoNodes() {
    if (!postgres) throw new Error('no PostgreSQL');
    const site = await openSite(postgres, { server: { heartbeat: '100ms' } });
    return { site, one: await site.node('one'), two: await site.node('two') };
  }

  it('execute one of forty requests that come at once', async () => {
    const { site, one, two } = await twoNodes();
    site.upstream.always(async (answer) => {
      await delay(300);
      await whole()(answer);
    });
    const sent = Array.from({ length: 40 }, (_, index) =>
      site.send(index % 2 === 0 ? one.url : two.url, 'forty'),
    );
    const responses = await Promise.all(sent);
    const bodies = await Promise.all(responses.map((response) => response.text()));
    expect(responses.map(({ status }) => status)).toEqual(Array(40).fill(200));
    expect(new Set(bodies).size).toBe(1);
    expect(responses.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(39);
    expect(await one.rows()).toHaveLength(1);
    expect(site.upstream.requests).toHaveLength(1);
  });

  it('wait for a stream of the other with signs of life, and then have all of it', async () => {
    const { site, one, two } = await twoNodes();
    const middle = gate();
    site.upstream.always(
      stream([roleChunk, text('Hel'), middle.opened, text('lo'), finish(), usageChunk(), done]),
    );
    const first = await site.send(one.url, 'far', asStream);
    const reader = readerOf(first);
    const begun = await readUntil(reader, 'Hel');
    const second = await site.send(two.url, 'far', asStream);
    const joined = readerOf(second);
    const alive = await readUntil(joined, ': keep-alive');
    middle.open();
    const events = parseEvents(alive + (await readRest(joined)));
    expect(textOf(events)).toBe('Hello');
    expect(events.done).toBe(true);
    const own = parseEvents(begun + (await readRest(reader)));
    expect(events.data).toEqual(own.data);
    expect(await one.rows()).toHaveLength(1);
    expect(site.upstream.requests).toHaveLength(1);
  });

  it('let the other execute what reached no model', async () => {
    const { site, one, two } = await twoNodes();
    const hurry = gate();
    site.upstream.next(async (answer) => {
      await hurry.opened;
      await refusal(500)(answer);
    });
    const first = site.send(one.url, 'handed-over');
    await site.upstream.arrival();
    const second = site.send(two.url, 'handed-over');
    await arrived(two.url);
    hurry.open();
    expect((await first).status).toBe(502);
    expect((await second).status).toBe(200);
    expect((await second).headers.get('idempotent-replayed')).toBeNull();
    expect((await one.rows()).map(({ state }) => state)).toEqual(['settled', 'released']);
  });

  it('refuse another body under the key of the other', async () => {
    const { site, one, two } = await twoNodes();
    expect((await site.send(one.url, 'mine')).status).toBe(200);
    expect((await site.send(two.url, 'mine', ask({ temperature: 0.5 }))).status).toBe(422);
    expect((await site.send(two.url, 'mine')).headers.get('idempotent-replayed')).toBe('true');
    expect(site.upstream.requests).toHaveLength(1);
  });
});
