// What administers a gateway: the admin API and the page of metrics. A part of the composition root; there is one of it, however
// many processes serve requests.
import { createPresetToken } from '../accounts/admin-token.ts';
import type { Environment } from '../config/env.ts';
import type { ProviderReader } from '../core/ports.ts';
import { packageVersion } from '../core/version.ts';
import { createAdminEndpoint } from '../http/admin-endpoint.ts';
import type { AddressOf } from '../http/client-address.ts';
import type { OriginOf } from '../http/client-origin.ts';
import type { ControlEndpoints } from '../http/control-endpoints.ts';
import { createMetricsEndpoint } from '../http/metrics-endpoint.ts';
import type { TargetHealth } from '../routing/health.ts';
import { describeStore } from '../store/open.ts';
import type { Foundation } from './foundation.ts';
import { createRoutingParts } from './routing-parts.ts';
import { createSettingsInForce } from './settings-in-force.ts';

export interface ControlPlaneParts extends Foundation {
  readonly environment: Environment;
  readonly providers: ProviderReader;
  readonly health: TargetHealth;
  readonly addressOf: AddressOf;
  readonly originOf: OriginOf;
  readonly draining: () => boolean;
  readonly consoleFolder: string | undefined;
  /** After prices or the configuration were taken over here: resolves when they are everywhere, or soon will be. */
  readonly tookOver?: (what: 'prices' | 'config') => Promise<void>;
}

export function createControlEndpoints(parts: ControlPlaneParts): ControlEndpoints {
  const { environment, config, store, prices, engine, transport, clock, secrets, adminTokens } = parts;
  const { addressOf, originOf, health, tookOver = async () => undefined } = parts;
  const metricsToken = createPresetToken(environment.metricsToken?.reveal());
  const routing = createRoutingParts({ environment, config, store, secrets, engine, transport, clock });
  return {
    consoleFolder: parts.consoleFolder,
    admin: createAdminEndpoint({
      store,
      tokens: adminTokens,
      models: () => prices.routes.models(),
      refreshPrices: async () => {
        await prices.refresh();
        await tookOver('prices');
      },
      draining: parts.draining,
      content: parts.content,
      definitions: () => config.current.providers,
      providers: parts.providers,
      health,
      routing: {
        ...routing,
        takeOver: async () => {
          await routing.takeOver();
          await tookOver('config');
        },
      },
      config: () => ({
        version: packageVersion(),
        generation: config.generation,
        file: config.current.file,
        refused: config.refusal?.message,
        timeZone: config.current.server.timeZone,
        dataFolder: environment.dataFolder,
        database: describeStore(environment),
        engine: engine.status(),
      }),
      settings: createSettingsInForce({ environment, config, startedAt: clock.now() }),
      addressOf: ({ incoming }) => addressOf(incoming),
      originOf: ({ incoming }) => originOf(incoming),
      console: () => config.current.console,
      clock,
    }),
    metrics: createMetricsEndpoint({
      open: config.current.server.metricsPublic,
      tokens: {
        matches: async (token) => (await metricsToken.matches(token)) || adminTokens.matches(token),
      },
      addressOf,
      clock,
      page: parts.telemetry.metricsPage,
    }),
  };
}
