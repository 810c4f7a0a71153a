// Clocks that jump forwards, backwards and over the end of a month, windows that turn and prices that change, all while
// requests are in flight: each counts in the window and at the price of the moment it began, and no window is ever overdrawn.
import assert from 'node:assert/strict';
import { type BookRow, untilSettled } from './books.ts';
import type { ClientAnswer } from './client.ts';
import { type ClockSite, openClockSite } from './clock-site.ts';
import { createRandom } from './random.ts';
import { type DatabaseName, inputPrice, outputPrice } from './site.ts';
import { plainBehaviour } from './upstream-terms.ts';

export interface ClockOptions {
  readonly database: DatabaseName;
  /** Jumps of the clock, each with requests before, across and after it. */
  readonly jumps: number;
  readonly seed: number;
}

export interface ClockFigures {
  readonly jumps: number;
  readonly backwards: number;
  readonly windows: number;
  readonly admitted: number;
  readonly refused: number;
  readonly priceChanges: number;
}

const used = BigInt(plainBehaviour.input) * inputPrice + BigInt(plainBehaviour.output) * outputPrice;
const hourMs = 3_600_000;
/** USD an hour: some requests, not all that ask. */
const hourlyUsd = 0.006;
const hourly = BigInt(Math.round(hourlyUsd * 1e9));
const monthlyTokens = 1_000_000;

export async function clocks({ database, jumps, seed }: ClockOptions): Promise<ClockFigures> {
  const random = createRandom(seed);
  const start = Date.parse('2026-01-31T23:40:00Z');
  const scope = { project: 'default' };
  await using site = await openClockSite(database, start, [
    { scope, metric: 'cost', window: 'hour', amount: hourlyUsd },
    { scope, metric: 'tokens', window: 'month', amount: monthlyTokens },
  ]);
  let count = 0;
  let backwards = 0;
  let admitted = 0;
  let refused = 0;
  /** Start of the hour in which each began. */
  const began = new Map<string, number>();

  function ask(gated: 0 | 1): { readonly arrival: Promise<void>; readonly answer: Promise<ClientAnswer> } {
    const nonce = `at-${String(count++).padStart(6, '0')}`;
    began.set(nonce, hourStart(site.clock.now()));
    const arrival = site.upstream.arrival(nonce);
    return {
      arrival,
      answer: site.client.ask(site.url, { nonce, behaviour: { gated }, maxTokens: 50 }).answer,
    };
  }

  for (let jump = 0; jump < jumps; jump++) {
    const across = Array.from({ length: 1 + random.below(4) }, () => ask(1));
    await Promise.all(across.map(({ arrival, answer }) => Promise.race([arrival, answer])));
    const by = jumpBy(jump < 8 ? jump : random.below(8), random.below(hourMs));
    if (by < 0) backwards++;
    site.clock.set(site.clock.now() + by);
    // Before those in flight come back they stand in their old window, and the new one is free of them.
    const after = Array.from({ length: jump < 8 ? 16 : 1 + random.below(12) }, () => ask(0));
    const answers = await Promise.all(after.map(({ answer }) => answer));
    site.upstream.open();
    answers.push(...(await Promise.all(across.map(({ answer }) => answer))));
    for (const { status, body } of answers) {
      assert.ok(status === 200 || status === 429, body);
      if (status === 200) admitted++;
      else refused++;
    }
    await untilSettled(site.books);
    await assertHours(site, began);
  }
  await site.verify();
  const priceChanges = await changePrices(site, Math.max(...began.values()));
  await site.verify();
  return { jumps, backwards, windows: new Set(began.values()).size, admitted, refused, priceChanges };
}

const hourStart = (at: number) => at - (at % hourMs);

/** Seconds, minutes, hours, a day and a month, in either direction: each kind once, then as it comes. */
function jumpBy(kind: number, some: number): number {
  const day = 24 * hourMs;
  const kinds = [1_000, some, hourMs + some, day, 31 * day, -some, -hourMs - some, -day];
  return kinds[kind] ?? 0;
}

/** Every hour that requests began in: its rows say what its counter says, and that is within its amount. */
async function assertHours(site: ClockSite, began: ReadonlyMap<string, number>): Promise<void> {
  const rows = await site.books.rows();
  for (const start of new Set(began.values())) {
    const inHour = rows.filter(({ nonce }) => began.get(nonce) === start);
    const spent = inHour.reduce((sum, { cost }) => sum + cost, 0n);
    const { settled, held } = await site.standing('cost', { start, end: start + hourMs });
    assert.deepEqual({ settled, held }, { settled: spent, held: 0n }, new Date(start).toISOString());
    assert.ok(spent <= hourly, `${spent} in the hour of ${new Date(start).toISOString()}`);
  }
}

/** Prices go up tenfold and down again while requests wait at the upstream, in hours behind `lastHour`, of which nothing is spent. */
async function changePrices(site: ClockSite, lastHour: number): Promise<number> {
  const prices = [
    [1, 2],
    [10, 20],
    [0.5, 1],
  ] as const;
  const versions = new Set<string>();
  for (const [index, [input, output]] of prices.entries()) {
    await site.reprice(input, output);
    site.clock.set(Math.max(site.clock.now(), lastHour) + 50 * hourMs);
    const nonce = `price-${index}`;
    const arrival = site.upstream.arrival(nonce);
    const { answer } = site.client.ask(site.url, { nonce, behaviour: { gated: 1 }, maxTokens: 50 });
    await Promise.race([arrival, answer]);
    const [nextInput, nextOutput] = prices[(index + 1) % prices.length] ?? [1, 2];
    await site.reprice(nextInput, nextOutput);
    site.upstream.open();
    assert.equal((await answer).status, 200, (await answer).body);
    await untilSettled(site.books);
    const row = (await site.books.rows()).find((each) => each.nonce === nonce);
    const factor = BigInt(input * 10);
    assert.equal(row?.cost, (used * factor) / 10n);
    versions.add(versionOf(row));
  }
  assert.equal(versions.size, prices.length, 'each price has a version of its own');
  return prices.length;
}

const versionOf = (row: BookRow | undefined) => String(row?.priceVersion);
