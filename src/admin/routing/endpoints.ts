// Everything of the admin API that is about routing, put together: models, providers, trials and the embedded model.
import type { PlaygroundKeys } from '../../accounts/playground-keys.ts';
import type { Projects } from '../../accounts/projects.ts';
import type { ProviderDefinition } from '../../config/providers.ts';
import type { AdminStore } from '../../core/admin-store.ts';
import type { Clock } from '../../core/clock.ts';
import type {
  LedgerWriter,
  LocalEngine,
  ProviderAdapter,
  ProviderReader,
  PublicModel,
  UpstreamTransport,
} from '../../core/ports.ts';
import type { ProviderSetup } from '../../providers/registry.ts';
import type { TargetHealth } from '../../routing/health.ts';
import type { Endpoint } from '../endpoint.ts';
import { localEndpoints } from '../resources/local.ts';
import { modelEndpoints } from '../resources/models.ts';
import { providerEndpoints } from '../resources/providers.ts';
import { trialEndpoints, trialTimeoutMs } from '../resources/trials.ts';
import { createTrialBook } from '../trial/book.ts';
import { createTrafficReader } from './model-traffic.ts';
import { createRoutingRules, type RoutingParts } from './rules.ts';

/** What of a running gateway is shown, changed and tried. */
export interface RoutingEndpointParts {
  /** As they are priced now. */
  readonly models: () => readonly PublicModel[];
  readonly definitions: () => readonly ProviderDefinition[];
  readonly providers: ProviderReader;
  readonly health: Pick<TargetHealth, 'condition'>;
  readonly routing: RoutingParts & {
    readonly transport: UpstreamTransport;
    readonly ledger: Pick<LedgerWriter, 'hold' | 'settle'>;
    /** An adapter for a provider that is not in use. */
    readonly adapterOf: (definition: ProviderDefinition) => ProviderAdapter | undefined;
    /** With its secrets in the clear. */
    readonly setupOf: (definition: ProviderDefinition) => ProviderSetup;
    readonly engine: Pick<LocalEngine, 'status' | 'socketPath' | 'retry'>;
    /** TOLLGATE_LOCAL_MODEL. */
    readonly localSetting: () => string | undefined;
  };
}

export interface AdministeredParts {
  readonly store: Pick<AdminStore, 'routingReader' | 'routingWriter' | 'usageReader' | 'sessions'>;
  readonly projects: Projects;
  readonly keys: Pick<PlaygroundKeys, 'keyOf'>;
  readonly clock: Clock;
}

export function routingEndpoints(parts: RoutingEndpointParts, administered: AdministeredParts): Endpoint[] {
  const { routing, models, definitions, providers, health } = parts;
  const { store, projects, keys, clock } = administered;
  const rules = createRoutingRules({ ...routing, store, clock });
  const show = {
    models,
    definitions,
    providers,
    health,
    clock,
    origins: () => routing.origins(),
    problems: () => routing.problems(),
  };
  const reader = store.routingReader;
  const { transport, ledger } = routing;
  return [
    ...modelEndpoints({ show, reader, rules, traffic: createTrafficReader(store.usageReader, clock) }),
    ...providerEndpoints({ show, reader, rules }),
    ...trialEndpoints({
      models,
      definitions,
      providers,
      rules,
      book: createTrialBook({ transport, ledger, clock, keys, projects }, trialTimeoutMs),
      adapterOf: (definition) => routing.adapterOf(definition),
      setupOf: (definition) => routing.setupOf(definition),
    }),
    ...localEndpoints({
      engine: routing.engine,
      setting: routing.localSetting,
      models,
      definitions,
      note: (entry) => store.sessions.note(entry),
    }),
  ];
}
