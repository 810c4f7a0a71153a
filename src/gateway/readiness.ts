// Whether a process of the gateway can serve, put together from its parts.
import type { Config } from '../config/config.ts';
import type { LocalEngine, PublicModel } from '../core/ports.ts';
import { type Readiness, readinessOf } from '../http/readiness.ts';
import { isLocal, unusableProviders } from './provider-adapters.ts';

export interface ReadinessParts {
  readonly config: {
    readonly current: Config;
    readonly generation: number;
    readonly refusal: { readonly message: string } | undefined;
  };
  readonly models: () => readonly PublicModel[];
  readonly store: { unavailable(): { readonly reason: string } | undefined };
  readonly engine: Pick<LocalEngine, 'status'>;
  readonly draining: () => boolean;
}

export function createReadiness({ config, models, store, engine, draining }: ReadinessParts) {
  return (): Readiness =>
    readinessOf({
      storeProblem: store.unavailable()?.reason,
      engine: engine.status(),
      models: models(),
      localProviders: new Set(config.current.providers.filter(isLocal).map((provider) => provider.name)),
      generation: config.generation,
      refusedConfig: config.refusal?.message ?? unusableProviders(config.current),
      draining: draining(),
    });
}
