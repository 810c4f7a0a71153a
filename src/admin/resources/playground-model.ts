// One model as the playground shows it: of all its targets, what any of them can do, and how the best of them is doing now.
import type { PublicModel } from '../../core/ports.ts';
import { writeTerms } from '../../core/price-terms.ts';
import type { Target } from '../../routing/target.ts';
import type * as contract from '../contract/playground.ts';
import type { RoutingEndpointParts as ModelParts } from '../routing/endpoints.ts';

type Condition = Pick<contract.PlaygroundModel, 'state' | 'reason' | 'retry_after_ms'>;

/** Best first. */
const order: readonly contract.PlaygroundModel['state'][] = [
  'ready',
  'loading',
  'circuit_open',
  'unavailable',
];

export function showPlaygroundModel(
  model: PublicModel,
  parts: Pick<ModelParts, 'providers' | 'health'>,
): contract.PlaygroundModel {
  const targets = model.route.flat();
  const capabilities = targets.flatMap((target) => {
    const provider = parts.providers.provider(target.provider);
    return provider ? [{ ...provider.capabilities, ...model.capabilities }] : [];
  });
  const [first, ...others] = capabilities.map(({ dropParams = [] }) => dropParams);
  return {
    name: model.name,
    providers: [...new Set(targets.map(({ provider }) => provider))],
    ...conditionOf(model, targets, parts),
    price: model.price
      ? { version: model.price.version, terms: JSON.parse(writeTerms(model.price)) as unknown }
      : null,
    context_window: model.contextWindow ?? null,
    max_output_tokens: model.maxOutputTokens ?? null,
    takes: {
      images: capabilities.some(({ images }) => images !== false),
      tools: capabilities.some(({ tools }) => tools !== false),
      json_schema: capabilities.some(({ jsonSchema }) => jsonSchema !== false),
      logprobs: capabilities.some(({ logprobs }) => logprobs !== false),
    },
    ignores: (first ?? []).filter((name) => others.every((names) => names.includes(name))),
  };
}

function conditionOf(
  model: PublicModel,
  targets: readonly Target[],
  parts: Pick<ModelParts, 'providers' | 'health'>,
): Condition {
  if (!model.price) {
    const reason = `The price of ${model.name} is not known, so requests are refused. Set one under Models, or mark it as free.`;
    return { state: 'unpriced', reason, retry_after_ms: null };
  }
  const conditions = targets.map((target) => targetCondition(target, parts));
  conditions.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return conditions[0] ?? { state: 'unavailable', reason: 'It has no route.', retry_after_ms: null };
}

function targetCondition(
  target: Target,
  { providers, health }: Pick<ModelParts, 'providers' | 'health'>,
): Condition {
  const provider = providers.provider(target.provider);
  if (!provider) {
    const reason = `There is no provider ${target.provider}.`;
    return { state: 'unavailable', reason, retry_after_ms: null };
  }
  const away = provider.unavailable();
  if (away) {
    const state = away.retryAfterMs === undefined ? 'unavailable' : 'loading';
    return { state, reason: away.reason, retry_after_ms: roundedUp(away.retryAfterMs) };
  }
  const { circuit, waitMs } = health.condition(target);
  if (circuit !== 'open') return { state: 'ready', reason: null, retry_after_ms: null };
  const reason = `${target.provider} failed too often and is left alone for a while.`;
  return { state: 'circuit_open', reason, retry_after_ms: roundedUp(waitMs) };
}

function roundedUp(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.ceil(ms);
}
