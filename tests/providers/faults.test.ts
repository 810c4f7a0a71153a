// Upstreams on bad days, through every adapter: no client takes a broken answer for a whole one, every request is in the
// ledger once, and an upstream is let go as soon as nobody waits for it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Events, readEvents, textOf } from '../support/read-events.ts';
import type { Json } from '../support/scripted-upstream.ts';
import { broken, earlyFaults, firstWords, lateFaults } from './wire-faults.ts';
import { wireNames } from './wires/all.ts';
import { delivered, greeting } from './wires/perfect-model.ts';
import { type Stand, startStand } from './wires/stand.ts';

let stand: Stand;
/** Its models lose patience early. */
let hasty: Stand;
beforeAll(async () => {
  stand = await startStand();
  hasty = await startStand({ timeouts: { first_token: '400ms', idle: '400ms' } });
});
beforeEach(() => {
  for (const place of Object.values(stand.at)) place.reset();
});
afterAll(async () => {
  await stand?.[Symbol.asyncDispose]();
  await hasty?.[Symbol.asyncDispose]();
});

/** Runs one request and gives its row, the only new one. */
async function rowOf(run: () => Promise<unknown>, { gateway } = stand) {
  const before = (await gateway.ledger()).length;
  await run();
  const rows = await gateway.ledger();
  expect(rows.length - before).toBe(1);
  return rows[0];
}

/** An error frame ends it, and nothing that could be taken for a good end. */
function expectBroken(events: Events, code: string): void {
  expect(events.done).toBe(false);
  expect(events.data.at(-1)).toEqual({
    error: expect.objectContaining({ code, type: 'server_error', param: null }),
  });
  const reasons = events.data.flatMap(({ choices = [] }) =>
    choices.map((choice: Json) => choice.finish_reason),
  );
  expect(reasons.filter((reason) => reason !== null)).toEqual([]);
  expect(textOf(events)).toBe(delivered);
}

describe.each(wireNames)('%s', (name) => {
  const ask = (members: Json = {}, { gateway, at } = stand, init: RequestInit = {}) =>
    gateway.chat(
      { model: at[name].model, messages: [{ role: 'user', content: 'Say hello.' }], ...members },
      init,
    );

  test.each(Object.entries(earlyFaults))('before the first word: %s', async (_, { script, status, code }) => {
    for (const streaming of [false, true]) {
      stand.at[name].upstream.next(script(stand.at[name].wire));
      const row = await rowOf(async () => {
        const response = await ask({ stream: streaming });
        expect(response.status).toBe(status);
        const body = (await response.json()) as Json;
        expect(body).toEqual({ error: expect.objectContaining({ code, type: 'server_error', param: null }) });
        expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|sk-|<html/);
      });
      expect(row).toMatchObject({ cost: 0n });
    }
  });

  test.each(Object.entries(lateFaults))('in the middle: %s', async (_, { steps, code }) => {
    stand.at[name].upstream.next(broken(stand.at[name].wire, steps));
    let events: Events | undefined;
    const row = await rowOf(async () => {
      events = await readEvents(await ask({ stream: true }));
    });
    expectBroken(events as Events, code);
    expect(row).toMatchObject({ state: 'settled', partial: true, usageSource: 'estimated' });
  });

  test('a whole answer that breaks off in the middle', async () => {
    stand.at[name].upstream.next(async ({ head, write, reset }) => {
      head(200, { 'content-type': 'application/json', 'content-length': '1000' });
      await write('{"id":"x",');
      await new Promise((resolve) => setTimeout(resolve, 20));
      reset();
    });
    const row = await rowOf(async () => expect((await ask()).status).toBe(502));
    expect(row).toMatchObject({ cost: 0n });
  });

  test('silence from the start, and in the middle', async () => {
    const { upstream, wire } = hasty.at[name];
    for (const streaming of [false, true]) {
      upstream.next(async ({ gone }) => void (await gone));
      const row = await rowOf(
        async () => expect((await ask({ stream: streaming }, hasty)).status).toBe(504),
        hasty,
      );
      expect(row).toMatchObject({ error: 'upstream_timeout' });
      expect(await upstream.last().closed).toBe('aborted');
    }
    upstream.next(broken(wire, () => ['STALL']));
    let events: Events | undefined;
    await rowOf(async () => {
      events = await readEvents(await ask({ stream: true }, hasty));
    }, hasty);
    expectBroken(events as Events, 'upstream_timeout');
    expect(await upstream.last().closed).toBe('aborted');
  });

  test('a slow drip: one byte after the other is the same stream', async () => {
    const { upstream, wire } = stand.at[name];
    await (await ask({ stream: true })).text();
    const [asked] = stand.at[name].heard();
    if (!asked) throw new Error('it was not asked');
    const choices = [{ reasoning: undefined, tokens: ['Grüße ', '😀'], calls: [], finish: 'stop' as const }];
    const usage = { input: 12, cached: 7, output: 2, reasoning: 0 };
    const bytes = Buffer.concat(
      wire.frames({ number: 1, choices, usage }, asked).map((frame) => Buffer.from(frame)),
    );
    upstream.next(async ({ head, write, end }) => {
      head(200, { 'content-type': wire.streamType });
      for (const byte of bytes) await write(Buffer.of(byte));
      end();
    });
    let events: Events | undefined;
    const row = await rowOf(async () => {
      events = await readEvents(await ask({ stream: true }));
    });
    expect(events?.done).toBe(true);
    expect(textOf(events as Events)).toBe('Grüße 😀');
    expect(row).toMatchObject({ state: 'settled', partial: false, usageSource: 'reported' });
  });

  test('a client that leaves: the upstream is let go without another word, and the row is closed', async () => {
    const { upstream, wire } = stand.at[name];
    upstream.next(broken(wire, () => ['STALL']));
    const leaving = new AbortController();
    const row = await rowOf(async () => {
      const response = await ask({ stream: true }, stand, { signal: leaving.signal });
      await response.body?.getReader().read();
      leaving.abort();
      expect(await upstream.last().closed).toBe('aborted');
    });
    expect(row).toMatchObject({ state: 'settled', partial: true, error: 'client_aborted' });
  });

  test('an upstream that does not care that it was let go harms nobody', async () => {
    const { upstream, wire } = stand.at[name];
    let writing = true;
    upstream.next(async ({ head, response, gone }) => {
      head(200, { 'content-type': wire.streamType });
      response.on('error', () => undefined);
      const again = Buffer.concat(firstWords(wire).map((frame) => Buffer.from(frame)));
      const timer = setInterval(() => writing && response.write(again), 5);
      await gone;
      await new Promise((resolve) => setTimeout(resolve, 100));
      clearInterval(timer);
    });
    const leaving = new AbortController();
    const row = await rowOf(async () => {
      const response = await ask({ stream: true }, stand, { signal: leaving.signal });
      await response.body?.getReader().read();
      leaving.abort();
      expect(await upstream.last().closed).toBe('aborted');
    });
    writing = false;
    expect(row).toMatchObject({ error: 'client_aborted' });
    const next = (await (await ask()).json()) as Json;
    expect(next.choices[0].message.content).toBe(greeting);
  });
});
