// Deployments that share a public name as one model of tollgate.yaml: groups by their order, weights inside a group, then
// the groups of the models it falls back to.
import type { ModelEntry } from '../schema.ts';
import type { Deployment } from './deployment.ts';
import { durationText } from './duration-text.ts';
import type { Notebook } from './notes.ts';
import { costOfTarget, highestPrice } from './prices.ts';
import type { RouterPolicy } from './router.ts';

type Group = ModelEntry['route'][number];
type TargetEntry = Group[number];

/** The limits of the schema. */
const mostGroups = 16;
const mostTargets = 64;
const mostWeight = 1_000_000;

export interface ModelParts {
  readonly name: string;
  readonly deployments: readonly Deployment[];
  /** Deployments of the models it falls back to, in order. */
  readonly fallbacks: readonly (readonly Deployment[])[];
}

/** `nameOf`: what the provider of a deployment is called in the new file. */
export function modelEntryOf(
  { name, deployments, fallbacks }: ModelParts,
  policy: RouterPolicy,
  nameOf: (deployment: Deployment) => string,
  notebook: Notebook,
): ModelEntry {
  const lowestCost = policy.strategy === 'lowest-cost';
  const groupsOf = (some: readonly Deployment[]) =>
    tiersOf(some).map((tier) => groupOf(tier, name, lowestCost, nameOf, notebook));
  const own = groupsOf(deployments);
  const route = [...own, ...fallbacks.flatMap(groupsOf)].filter((group) => group.length > 0);
  if (route.length > mostGroups) {
    notebook.lost(
      policy.fallbacksPath,
      `\`${name}\` would have more than ${mostGroups} groups: the last are left out.`,
    );
  }
  const price = priceOf(name, deployments, notebook);
  const maxOutputTokens = smallest(deployments.map((each) => each.maxOutputTokens));
  const contextWindow = smallest(deployments.map((each) => each.contextWindow));
  const capabilities = capabilitiesOf(deployments);
  const timeouts = timeoutsOf(name, deployments, policy, notebook);
  const attempts = attemptsOf(deployments, policy, own.flat().length);
  return {
    route: route.slice(0, mostGroups),
    ...(price === undefined ? {} : { price }),
    ...(policy.strategy ? { strategy: policy.strategy } : {}),
    ...(attempts === undefined ? {} : { retry: { attempts } }),
    ...(timeouts ? { timeouts } : {}),
    ...(contextWindow === undefined ? {} : { context_window: contextWindow }),
    ...(maxOutputTokens === undefined ? {} : { max_output_tokens: maxOutputTokens }),
    ...(Object.keys(capabilities).length > 0 ? { capabilities } : {}),
  };
}

/** Lower orders first; those without one last, since LiteLLM passes them over while others are there. */
function tiersOf(deployments: readonly Deployment[]): Deployment[][] {
  const tiers = Map.groupBy(deployments, ({ order }) => order ?? Number.POSITIVE_INFINITY);
  return [...tiers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tier]) => tier);
}

function groupOf(
  tier: readonly Deployment[],
  model: string,
  withCost: boolean,
  nameOf: (deployment: Deployment) => string,
  notebook: Notebook,
): Group {
  const weights = weightsOf(tier);
  const targets = new Map<string, TargetEntry>();
  tier.forEach((deployment, index) => {
    const weight = weights?.[index];
    if (weight !== undefined && weight <= 0) {
      notebook.lost(deployment.path, 'Its weight is 0, so nothing goes there: the deployment is left out.');
      return;
    }
    const provider = nameOf(deployment);
    const id = JSON.stringify([provider, deployment.model]);
    // The same provider and model twice are one target that gets both shares.
    const both = weight === undefined ? undefined : weight + (targets.get(id)?.weight ?? 0);
    targets.set(id, {
      provider,
      ...(deployment.model === model ? {} : { model: deployment.model }),
      ...(both === undefined ? {} : { weight: both }),
      ...(withCost && deployment.price ? { cost: costOfTarget(deployment.price) } : {}),
    });
  });
  const all = [...targets.values()];
  if (all.length > mostTargets)
    notebook.lost('model_list', `Of \`${model}\` the first ${mostTargets} deployments are carried over.`);
  return bounded(all.slice(0, mostTargets));
}

/** As LiteLLM draws: by weight, else by rpm, else by tpm, if the first deployment has one; without, all alike. */
function weightsOf(tier: readonly Deployment[]): readonly number[] | undefined {
  const [first] = tier;
  const key = (['weight', 'rpm', 'tpm'] as const).find((name) => first?.[name] !== undefined);
  if (key === undefined || tier.length < 2) return undefined;
  const weights = tier.map((deployment) => deployment[key]);
  // One that says nothing would get nothing; a small share is what is meant.
  const least = Math.min(...weights.filter((weight) => weight !== undefined && weight > 0).map(Number));
  const filled = weights.map((weight) => weight ?? (Number.isFinite(least) ? least : 1));
  return filled.every((weight) => weight === filled[0] && weight > 0) ? undefined : filled;
}

/** Tokens per minute make large weights; only their relation counts. */
function bounded(group: Group): Group {
  const largest = Math.max(...group.map(({ weight = 1 }) => weight));
  if (largest <= mostWeight) return group;
  return group.map((target) => ({
    ...target,
    weight: Math.max(1, Math.round(((target.weight ?? 1) / largest) * mostWeight)),
  }));
}

function priceOf(name: string, deployments: readonly Deployment[], notebook: Notebook): ModelEntry['price'] {
  const prices = deployments.flatMap(({ price }) => price ?? []);
  if (prices.length === 0) {
    if (deployments.every(({ own }) => own)) return 'free';
    notebook.lost(
      deployments.map(({ path }) => path).join(', '),
      'The file has no price for it (LiteLLM looks it up in a table of its own). Until `price` is set, requests are answered with 503 price_unknown.',
    );
    return undefined;
  }
  if (new Set(prices.map((price) => JSON.stringify(price))).size > 1) {
    notebook.changed(
      deployments.map(({ path }) => path).join(', '),
      `A model has one price: \`${name}\` has the highest of its deployments.`,
    );
  }
  return highestPrice(prices);
}

/**
 * LiteLLM's limit is that of its HTTP client: how long it waits for the next piece. For a whole answer that is the time to
 * its headers; for streams `stream_timeout` replaces it.
 */
function timeoutsOf(
  name: string,
  deployments: readonly Deployment[],
  policy: RouterPolicy,
  notebook: Notebook,
): ModelEntry['timeouts'] {
  const pick = (values: readonly (number | undefined)[]): string | undefined => {
    const stated = values.filter((value) => value !== undefined);
    if (new Set(stated).size > 1) {
      notebook.changed(
        deployments.map(({ path }) => path).join(', '),
        `A model has one set of time limits: \`${name}\` has the longest of its deployments.`,
      );
    }
    return stated.length === 0 ? undefined : durationText(Math.max(...stated));
  };
  const firstToken = pick(deployments.map(({ timeout }) => timeout ?? policy.timeout));
  const streams = pick(deployments.map(({ streamTimeout }) => streamTimeout ?? policy.streamTimeout));
  const idle = streams ?? firstToken;
  if (idle === undefined) return undefined;
  return { ...(firstToken === undefined ? {} : { first_token: firstToken }), idle };
}

/** LiteLLM counts retries over all deployments, Tollgate how often each target may be asked. */
function attemptsOf(
  deployments: readonly Deployment[],
  policy: RouterPolicy,
  targets: number,
): number | undefined {
  const stated = deployments.flatMap(({ retries }) => retries ?? []);
  const retries = stated.length > 0 ? Math.max(...stated) : policy.retries;
  if (retries === undefined) return undefined;
  const attempts = Math.min(10, Math.ceil((retries + 1) / Math.max(1, targets)));
  // Once is the default.
  return attempts > 1 ? attempts : undefined;
}

function capabilitiesOf(deployments: readonly Deployment[]): NonNullable<ModelEntry['capabilities']> {
  const [first, ...others] = deployments.map((deployment) => deployment.capabilities);
  const dropped = [
    ...new Set(deployments.flatMap((deployment) => deployment.capabilities.drop_params ?? [])),
  ];
  // What only some cannot do, the others can.
  const common = Object.entries(first ?? {}).filter(
    ([key, value]) =>
      key !== 'drop_params' && others.every((each) => each[key as keyof typeof each] === value),
  );
  return { ...Object.fromEntries(common), ...(dropped.length > 0 ? { drop_params: dropped } : {}) };
}

function smallest(values: readonly (number | undefined)[]): number | undefined {
  const stated = values
    .filter((value) => value !== undefined && Number.isInteger(value) && value > 0)
    .map(Number);
  return stated.length === 0 ? undefined : Math.min(...stated);
}
