// What the metrics look at of a gateway that has store and engine of its own.
import { readEngineFigures } from '../local/engine-figures.ts';
import type { TargetHealth } from '../routing/health.ts';
import type { WatchedGateway } from '../telemetry/telemetry.ts';
import type { Foundation } from './foundation.ts';

export interface WatchedParts extends Pick<Foundation, 'prices' | 'config' | 'engine' | 'store'> {
  readonly health: Pick<TargetHealth, 'condition'>;
  /** Absent = this process serves, and nothing restarts it. */
  readonly workers?: WatchedGateway['workers'];
}

export function watchedGateway({
  prices,
  config,
  engine,
  store,
  health,
  workers,
}: WatchedParts): WatchedGateway {
  return {
    models: () => prices.routes.models(),
    providerType: (name) => config.current.providers.find((provider) => provider.name === name)?.type,
    health,
    engine: () => engine.status().state,
    engineFigures: () => readEngineFigures(engine.socketPath),
    generation: () => config.generation,
    configRefused: () => config.refusal !== undefined,
    storeAvailable: () => store.unavailable() === undefined,
    workers: workers ?? (() => ({ serving: 1, restarts: 0 })),
  };
}
