// Which targets of a configuration there are to try: each provider with each of its models once, however many public
// models route there; once more where a public model has other capabilities, which make another request of it.
import type { Config } from '../../config/config.ts';
import type { PublicModel } from '../../core/ports.ts';
import type { Target } from '../../routing/route.ts';

export interface TrialTarget {
  readonly target: Target;
  /** The public model whose settings the trial call has: the first that routes there. */
  readonly model: PublicModel;
  /** All that route there. */
  readonly models: readonly string[];
}

export interface TargetFilter {
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
}

export interface TrialTargets {
  /** In the order of the configuration. */
  readonly served: readonly TrialTarget[];
  /** Targets at the embedded model. */
  readonly embedded: readonly TrialTarget[];
}

export function trialTargets({ routes, providers }: Config, { model, provider }: TargetFilter): TrialTargets {
  const found = new Map<string, TrialTarget>();
  for (const candidate of routes.models()) {
    if (model !== undefined && candidate.name !== model) continue;
    for (const target of candidate.route.flat()) {
      if (provider !== undefined && target.provider !== provider) continue;
      const id = JSON.stringify([target.provider, target.model, candidate.capabilities ?? {}]);
      const known = found.get(id);
      if (known?.models.includes(candidate.name)) continue;
      const models = [...(known?.models ?? []), candidate.name];
      found.set(id, known ? { ...known, models } : { target, model: candidate, models });
    }
  }
  const local = new Set(providers.filter(({ type }) => type === 'local').map(({ name }) => name));
  const all = [...found.values()];
  return {
    served: all.filter(({ target }) => !local.has(target.provider)),
    embedded: all.filter(({ target }) => local.has(target.provider)),
  };
}

/** Providers that no model routes to, so that no trial reaches them. */
export function unusedProviders({ routes, providers }: Config): string[] {
  const used = new Set(routes.models().flatMap(({ route }) => route.flat().map(({ provider }) => provider)));
  return providers.flatMap(({ name, type }) => (type === 'local' || used.has(name) ? [] : [name]));
}
