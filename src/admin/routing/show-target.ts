// A target as the admin API shows it: the state of the node that answers.
import type { Clock } from '../../core/clock.ts';
import type { ProviderReader } from '../../core/ports.ts';
import type { TargetHealth } from '../../routing/health.ts';
import type { Target } from '../../routing/target.ts';
import type * as contract from '../contract/models.ts';
import { isoTime } from '../times.ts';

export interface TargetParts {
  readonly providers: ProviderReader;
  readonly health: Pick<TargetHealth, 'condition'>;
  readonly clock: Clock;
}

export function showTarget(target: Target, { providers, health, clock }: TargetParts): contract.Target {
  const { circuit, waitMs, inFlight, latencyMs, lastFailure } = health.condition(target);
  return {
    provider: target.provider,
    model: target.model,
    weight: target.weight,
    circuit,
    wait_ms: Math.ceil(waitMs),
    in_flight: inFlight,
    latency_ms: latencyMs === undefined ? null : Math.round(latencyMs),
    unavailable: providers.provider(target.provider)?.unavailable()?.reason ?? null,
    last_error: lastFailure
      ? {
          at: isoTime(Math.round(clock.now() - lastFailure.agoMs)),
          code: lastFailure.code,
          message: lastFailure.message,
        }
      : null,
  };
}
