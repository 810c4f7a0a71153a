// The order in which the targets of one group are tried. Pure: health, chance and the conversation are handed in.
import type { TargetHealth } from './health.ts';
import type { Target } from './target.ts';

/**
 * `weighted`: a draw by weight. `least-latency`: the faster of two drawn ones, by worst recent time to the first token
 * and load. `lowest-cost`: the cheaper first. `prefix-affinity`: a conversation goes where it was before, so that the
 * prompt is still in that replica's cache, unless that one has much more to do than the others.
 */
export const strategies = ['weighted', 'least-latency', 'lowest-cost', 'prefix-affinity'] as const;
export type Strategy = (typeof strategies)[number];

export interface Circumstances {
  readonly health: TargetHealth;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** The same for requests that share the beginning of their prompt. */
  readonly conversation: () => string;
}

/** How much more than its share a replica may have to do before a conversation is sent elsewhere. */
const boundedLoad = 1.25;

export function orderGroup(group: readonly Target[], strategy: Strategy, given: Circumstances): Target[] {
  if (group.length === 1) return [...group];
  switch (strategy) {
    case 'weighted':
      return drawAll(group, given.random);
    case 'least-latency':
      return byLatency(group, given);
    case 'lowest-cost':
      return byCost(group, given);
    case 'prefix-affinity':
      return byAffinity(group, given);
  }
}

/** A weighted draw without replacement. */
function drawAll(group: readonly Target[], random: () => number): Target[] {
  const left = [...group];
  const drawn: Target[] = [];
  while (left.length > 1) {
    const total = left.reduce((sum, target) => sum + target.weight, 0);
    let point = random() * total;
    let index = 0;
    while (index < left.length - 1) {
      point -= left[index]?.weight ?? 0;
      if (point < 0) break;
      index++;
    }
    drawn.push(...left.splice(index, 1));
  }
  return [...drawn, ...left];
}

/** Two are drawn and the better one goes first: always taking the best would send every request to it at once. */
function byLatency(group: readonly Target[], { health, random }: Circumstances): Target[] {
  const [first, second, ...rest] = drawAll(group, random) as [Target, Target, ...Target[]];
  const others = [...rest].sort((a, b) => latencyScore(a, health) - latencyScore(b, health));
  const pair = latencyScore(second, health) < latencyScore(first, health) ? [second, first] : [first, second];
  return [...pair, ...others];
}

/** A target that has not answered yet counts as fast, but only until it has something to do. */
function latencyScore(target: Target, health: TargetHealth): number {
  const { latencyMs, inFlight } = health.condition(target);
  if (latencyMs === undefined) return inFlight === 0 ? 0 : Number.MAX_SAFE_INTEGER;
  return latencyMs * (inFlight + 1);
}

/** Equal prices are drawn by weight; a target whose price is not known is taken for the dearest. */
function byCost(group: readonly Target[], { random }: Circumstances): Target[] {
  const cost = (target: Target) => target.cost ?? Number.POSITIVE_INFINITY;
  return drawAll(group, random).sort((a, b) => (cost(a) === cost(b) ? 0 : cost(a) - cost(b)));
}

/**
 * Rendezvous hashing by weight: each conversation has an order of its own, and a target that comes or goes moves only
 * the conversations that were its own. Overloaded ones step back ("consistent hashing with bounded loads").
 */
function byAffinity(group: readonly Target[], { health, conversation }: Circumstances): Target[] {
  const name = conversation();
  const scored = group
    .map((target) => ({ target, score: -target.weight / Math.log(unit(`${name} ${nameOf(target)}`)) }))
    .sort((a, b) => b.score - a.score)
    .map(({ target }) => target);
  const weights = group.reduce((sum, target) => sum + target.weight, 0);
  const load = 1 + group.reduce((sum, target) => sum + health.condition(target).inFlight, 0);
  const full = (target: Target) =>
    health.condition(target).inFlight >= Math.ceil((boundedLoad * load * target.weight) / weights);
  return [...scored.filter((target) => !full(target)), ...scored.filter(full)];
}

function nameOf(target: Target): string {
  return `${target.provider} ${target.model}`;
}

/** A number in (0, 1) from a text: FNV-1a with the finaliser of MurmurHash3, so that similar texts differ in all bits. */
function unit(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32 + 2 ** -33;
}
