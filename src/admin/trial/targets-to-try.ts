// Which targets a trial of a provider or a model asks: those that routes have, or a model at the provider that no route has yet.
import { invalid } from '../../accounts/routing-change.ts';
import { defaultTimeouts } from '../../config/seed.ts';
import type { PublicModel } from '../../core/ports.ts';
import type { TrialTarget } from './targets.ts';

/** One target: `wanted`, or the first that a model routes to. Errors: `invalid_value`. */
export function targetAt(
  provider: string,
  wanted: string | undefined,
  models: readonly PublicModel[],
): TrialTarget {
  for (const model of models) {
    const target = model.route
      .flat()
      .find((each) => each.provider === provider && (wanted === undefined || each.model === wanted));
    if (target) return { target, model, models: [model.name] };
  }
  if (wanted === undefined) {
    throw invalid('model', 'no model routes to this provider yet. Say which of its models to ask.');
  }
  return unrouted(provider, wanted);
}

export function targetsOf(model: PublicModel): TrialTarget[] {
  const found = new Map<string, TrialTarget>();
  for (const target of model.route.flat()) {
    found.set(JSON.stringify([target.provider, target.model]), { target, model, models: [model.name] });
  }
  return [...found.values()];
}

/** As a public model without a price would be: nobody knows what it costs. */
export function unrouted(provider: string, model: string): TrialTarget {
  const target = { provider, model, weight: 1 };
  return {
    target,
    models: [],
    model: {
      name: model,
      route: [[target]],
      strategy: 'weighted',
      retry: { rounds: 0, deadlineMs: 0 },
      price: undefined,
      timeouts: defaultTimeouts,
      created: 0,
    },
  };
}
