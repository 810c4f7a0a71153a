// Clients that come again until they are served or told that it is of no use, as SDKs do: budgets are used up to the last
// request that fits and not beyond, and a limit of requests at a time is never passed at the upstream itself.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { untilSettled } from './books.ts';
import { askedOf, type Crowd, prepareCrowd } from './overshoot.ts';
import { amountsOf, type Samples, startSampler } from './sampler.ts';
import { inputPrice, outputPrice, type Site } from './site.ts';
import { plainBehaviour } from './upstream-terms.ts';

export interface RetryFigures extends Samples {
  readonly served: number;
  /** Answers 429 on the way. */
  readonly refusals: number;
  /** Most requests at the upstream at once. */
  readonly mostAtOnce: number;
  /** What the upstream served, to the amount. */
  readonly spent: number;
  readonly overshoot: number;
}

/** Between two tries of a client; short, so that the limit is always under siege. */
const pauseMs = 40;

export async function retrying(site: Site, crowd: Crowd): Promise<RetryFigures> {
  const { metric, clients } = crowd;
  const prepared = await prepareCrowd(site, crowd);
  const { client, keyId, limitId, amount, hold } = prepared;
  using _ = client;
  const sampler = startSampler(site, { limitId, keyId, metric, amount, sums: true });
  let served = 0;
  let refusals = 0;
  await Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      for (let attempt = 0; ; attempt++) {
        const { url } = site.nodes[(index + attempt) % site.nodes.length] ?? {};
        const answer = await client.ask(String(url), askedOf(crowd, prepared.crowd, index)).answer;
        if (answer.status === 200) {
          served++;
          return;
        }
        assert.equal(answer.status, 429, answer.body);
        refusals++;
        if (answer.headers['x-should-retry'] === 'false') return;
        await delay(pauseMs);
      }
    }),
  );
  await untilSettled(site.books);
  const samples = await sampler.stop();
  const { accepted, mostAtOnce } = await site.upstream.report();
  // No try that was refused ever reached the upstream.
  assert.equal(accepted.length, served);
  const { settled, held } = amountsOf(await site.limit(limitId), metric);
  assert.equal(held, 0n);
  const each =
    metric === 'cost'
      ? BigInt(plainBehaviour.input) * inputPrice + BigInt(plainBehaviour.output) * outputPrice
      : BigInt(plainBehaviour.input + plainBehaviour.output);
  if (metric === 'concurrent') {
    assert.equal(served, clients);
    assert.ok(BigInt(mostAtOnce) <= amount, `${mostAtOnce} at once`);
  } else {
    // The request before, which showed what one reserves, is counted too.
    assert.equal(settled, each * BigInt(served + 1));
    assert.ok(settled <= amount);
    assert.ok(settled + hold > amount, 'another request would have fitted');
    assert.equal(BigInt(served + 1), (amount - hold) / each + 1n);
  }
  return {
    ...samples,
    served,
    refusals,
    mostAtOnce,
    spent: metric === 'concurrent' ? mostAtOnce / Number(amount) : Number(settled) / Number(amount),
    overshoot: Number(samples.most) / Number(amount),
  };
}
