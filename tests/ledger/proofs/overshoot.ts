// Many clients at once on a budget that pays for a few: exactly what fits is admitted, whoever asks whichever node. The
// upstream answers nobody until everyone was admitted or refused, so that nothing is given back meanwhile.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type Metric, untilSettled } from './books.ts';
import { type Client, type ClientAnswer, createClient } from './client.ts';
import { amountsOf, type Samples, startSampler } from './sampler.ts';
import { inputPrice, outputPrice, type Site, usualCap } from './site.ts';
import { plainBehaviour } from './upstream-terms.ts';

export interface Crowd {
  readonly metric: Metric;
  readonly clients: number;
  /** How many requests the limit is made for. */
  readonly fits: number;
  readonly stream?: boolean;
  /** The clients set no cap: the gateway lowers its own, and the last one gets what is left. */
  readonly flexible?: boolean;
  /** The upstream takes a moment for each. */
  readonly slow?: boolean;
}

export interface CrowdFigures extends Samples {
  readonly admitted: number;
  readonly refused: number;
  readonly amount: bigint;
  /** Settled and held at its most, to the amount: 1 is the limit. */
  readonly overshoot: number;
}

/** What the clients of a crowd that set a cap set. */
const cap = 50;
const slowMs = 25;
/** Times the limit is read before the upstream answers anyone. */
const instants = 60;
/** Tokens left for the last client of a flexible crowd. */
const leftOver = 100;
const { input, output } = plainBehaviour;
const used: Readonly<Record<Metric, bigint>> = {
  cost: BigInt(input) * inputPrice + BigInt(output) * outputPrice,
  tokens: BigInt(input + output),
  requests: 1n,
  concurrent: 0n,
};

let crowds = 0;

/** Of the same length for all, so that all hold as much. */
export const nonceOf = (crowd: number, index: number) =>
  `crowd-${String(crowd).padStart(4, '0')}-${String(index).padStart(6, '0')}`;

export interface Prepared {
  readonly crowd: number;
  readonly client: Client;
  readonly keyId: string;
  readonly limitId: string;
  readonly amount: bigint;
  /** What one request reserves. */
  readonly hold: bigint;
}

/** A key with a limit for `fits` requests of this shape, made from what the row of one request before says it reserves. */
export async function prepareCrowd(site: Site, options: Crowd): Promise<Prepared> {
  const { metric, fits, flexible } = options;
  const crowd = ++crowds;
  const { id: keyId, key } = await site.newKey(`crowd ${crowd}`);
  const window = metric === 'requests' ? 'minute' : metric === 'concurrent' ? undefined : 'lifetime';
  const limit = await site.newLimit({
    scope: { key: keyId },
    metric,
    ...(window === undefined ? {} : { window }),
    amount: 1_000_000,
  });
  const client = createClient(key);
  const probe = await client.ask(String(site.nodes[0]?.url), askedOf(options, crowd, 999_999)).answer;
  assert.equal(probe.status, 200, probe.body);
  await untilSettled(site.books);
  const row = (await site.books.rows()).find(({ nonce }) => nonce === nonceOf(crowd, 999_999));
  assert.ok(row);
  const hold = { cost: row.hold, tokens: BigInt(row.holdTokens), requests: 1n, concurrent: 1n }[metric];
  const whole = BigInt(flexible ? fits - 1 : fits) * hold;
  const amount = used[metric] + whole + (flexible ? lastOf(metric, hold) : 0n);
  await site.setAmount(limit.id, metric === 'cost' ? usd(amount) : Number(amount));
  await site.upstream.reset();
  return { crowd, client, keyId, limitId: limit.id, amount, hold };
}

/** What a request with a cap of `leftOver` reserves, from what one with the usual cap does. */
function lastOf(metric: Metric, hold: bigint): bigint {
  const fewer = BigInt(usualCap - leftOver);
  return metric === 'cost' ? hold - fewer * outputPrice : hold - fewer;
}

export function askedOf({ stream, flexible, slow }: Crowd, crowd: number, index: number, gated: 0 | 1 = 0) {
  return {
    nonce: nonceOf(crowd, index),
    stream: stream === true,
    behaviour: { gated, firstMs: slow ? slowMs : 0 },
    ...(flexible ? {} : { maxTokens: cap }),
  };
}

export async function overshoot(site: Site, options: Crowd): Promise<CrowdFigures> {
  const { metric, clients, fits, flexible } = options;
  const { crowd, client, keyId, limitId, amount } = await prepareCrowd(site, options);
  using _ = client;
  const sampler = startSampler(site, { limitId, keyId, metric, amount, sums: true });
  const answers: ClientAnswer[] = [];
  const asking = Array.from({ length: clients }, async (_, index) => {
    const { url } = site.nodes[index % site.nodes.length] ?? {};
    answers.push(await client.ask(String(url), askedOf(options, crowd, index, 1)).answer);
  });
  // Everyone was admitted, and waits at the upstream, or was refused.
  for (;;) {
    const { accepted } = await site.upstream.count();
    if (accepted + answers.length >= clients) break;
    await delay(5);
  }
  const refused = [...answers];
  const { accepted } = await site.upstream.report();
  assert.equal(accepted.length, fits, `${accepted.length} were admitted`);
  if (flexible) assert.equal(Math.min(...accepted.map(({ cap: sent }) => sent ?? 0)), leftOver);
  const full = amountsOf(await site.limit(limitId), metric);
  assert.equal(full.settled + full.held, amount, 'not everything that fits was admitted');
  await sampler.asked(instants);
  site.upstream.open();
  await Promise.all(asking);
  for (const answer of refused) assertRefused(answer, metric);
  const answered = answers.filter(({ status, complete }) => status === 200 && complete);
  assert.equal(answered.length, fits);
  await untilSettled(site.books);
  const samples = await sampler.stop();
  const left = amountsOf(await site.limit(limitId), metric);
  assert.deepEqual(left, { settled: used[metric] * BigInt(fits + 1), held: 0n });
  return {
    ...samples,
    admitted: accepted.length,
    refused: refused.length,
    amount,
    overshoot: Number(samples.most) / Number(amount),
  };
}

export function assertRefused({ status, headers, body }: ClientAnswer, metric: Metric): void {
  assert.equal(status, 429, body);
  const { error } = JSON.parse(body);
  assert.equal(error.code, metric === 'cost' ? 'insufficient_quota' : 'rate_limit_exceeded', body);
  // All that stands in the way is under way, or leaves the minute: worth another try.
  assert.ok(Number(headers['retry-after']) >= 1, JSON.stringify(headers));
  assert.equal(headers['x-should-retry'], 'true');
}

/** Nano-USD as a decimal of USD. */
export function usd(amount: bigint): string {
  const digits = String(amount).padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
