// The admin API put together: rules over the store, and the list of endpoints. Loaded with the first request for it.
import { createAccountKeys } from '../accounts/account-keys.ts';
import type { AdminTokens } from '../accounts/admin-token.ts';
import { createLimitAdmin } from '../accounts/limits.ts';
import { createPlaygroundKeys } from '../accounts/playground-keys.ts';
import { createPriceAdmin } from '../accounts/price-admin.ts';
import { createProjects } from '../accounts/projects.ts';
import { createWindowOf } from '../budgets/window.ts';
import type { Clock } from '../core/clock.ts';
import type { ConsoleSettings } from '../core/console-settings.ts';
import type { Exchange } from '../core/exchange.ts';
import type { Store } from '../core/store.ts';
import { accessEndpoints, createAccess } from './access.ts';
import { type AdminApi, createAdminApi } from './api.ts';
import type { ClientOrigin } from './client-facts.ts';
import type { Endpoint } from './endpoint.ts';
import { createAdminDocument } from './openapi.ts';
import { auditEndpoints } from './resources/audit.ts';
import { type ConfigFacts, configEndpoints } from './resources/config.ts';
import { type ContentParts, contentEndpoints, createContentState } from './resources/content.ts';
import { exportEndpoints } from './resources/export.ts';
import { keyEndpoints } from './resources/keys.ts';
import { limitEndpoints } from './resources/limits.ts';
import { ownerLimitEndpoints } from './resources/owner-limits.ts';
import { playgroundEndpoints } from './resources/playground.ts';
import { priceEndpoints } from './resources/prices.ts';
import { organizationEndpoints, projectEndpoints } from './resources/projects.ts';
import { requestEndpoints } from './resources/requests.ts';
import { type SettingsFacts, settingsEndpoints } from './resources/settings.ts';
import { usageEndpoints } from './resources/usage.ts';
import { type RoutingEndpointParts, routingEndpoints } from './routing/endpoints.ts';

export interface AdminParts extends RoutingEndpointParts {
  readonly store: Pick<Store, 'admin' | 'keyReader' | 'prices' | 'content'>;
  readonly tokens: Pick<AdminTokens, 'matches'>;
  readonly config: () => ConfigFacts;
  readonly settings: () => SettingsFacts;
  /** Makes this node take over prices that were set or withdrawn. */
  readonly refreshPrices: () => Promise<void>;
  readonly content: Pick<ContentParts, 'box' | 'settings'>;
  /** The gateway is shutting down: streams end. */
  readonly draining: () => boolean;
  /** The client's address, behind the proxies that are trusted. */
  readonly addressOf: (exchange: Exchange) => string;
  /** Under which address the browser sees the gateway. */
  readonly originOf: (exchange: Exchange) => ClientOrigin;
  readonly console: () => ConsoleSettings;
  readonly clock: Clock;
}

export function createAdmin(parts: AdminParts): AdminApi {
  const { tokens, addressOf, originOf, clock, store } = parts;
  const endpoints = adminEndpoints(parts);
  return createAdminApi({
    endpoints,
    document: () => createAdminDocument(endpoints, parts.config().version),
    callers: createAccess(tokens, { store: store.admin, clock }),
    addressOf,
    originOf,
    clock,
  });
}

/** In the order of the documentation. */
export function adminEndpoints(
  parts: Omit<AdminParts, 'tokens' | 'addressOf' | 'originOf'>,
): readonly Endpoint[] {
  const { store, models, clock } = parts;
  const { admin } = store;
  const timeZone = () => parts.config().timeZone;
  const hasModel = (name: string) => models().some((model) => model.name === name);
  const windowOf = createWindowOf();
  const accounts = { reader: admin.accountReader, writer: admin.accountWriter };
  const projects = createProjects(accounts, clock);
  const playgroundKeys = createPlaygroundKeys(admin.playgroundKeys, clock);
  const limits = createLimitAdmin({
    reader: admin.limitReader,
    writer: admin.limitWriter,
    accounts: admin.accountReader,
    keys: store.keyReader,
    hasModel,
    timeZone,
    clock,
  });
  const limitParts = { limits, reader: admin.limitReader, accounts: admin.accountReader };
  const monthStart = () => windowOf('month', timeZone(), clock.now()).start;
  const projectParts = { projects, reader: admin.accountReader, limits, monthStart };
  const rows = { reader: admin.requestReader, projects, clock };
  const content = { ...parts.content, store: store.content, reader: admin.requestReader };
  return [
    ...keyEndpoints({
      keys: createAccountKeys(accounts, projects, clock, limits),
      projects,
      limits,
      reader: admin.accountReader,
      hasModel,
      windowOf,
      timeZone,
      clock,
    }),
    ...projectEndpoints(projectParts),
    ...organizationEndpoints(projectParts),
    ...limitEndpoints(limitParts),
    ...ownerLimitEndpoints({ ...limitParts, projects }),
    ...requestEndpoints({
      ...rows,
      prices: store.prices,
      models,
      draining: parts.draining,
      contentState: createContentState(content),
    }),
    ...contentEndpoints(content),
    ...exportEndpoints(rows),
    ...usageEndpoints({
      reader: admin.usageReader,
      projects,
      windowOf,
      timeZone,
      clock,
    }),
    ...playgroundEndpoints({
      keys: playgroundKeys,
      projects,
      models,
      providers: parts.providers,
      health: parts.health,
    }),
    ...routingEndpoints(parts, { store: admin, projects, keys: playgroundKeys, clock }),
    ...priceEndpoints({
      rules: createPriceAdmin({ store: store.prices, models, changed: parts.refreshPrices, clock }),
      prices: store.prices,
      audit: admin.auditReader,
      models,
    }),
    ...accessEndpoints({
      store: admin,
      settings: parts.console,
      version: () => parts.config().version,
      clock,
    }),
    ...auditEndpoints(admin.auditReader, clock),
    ...configEndpoints(parts.config),
    ...settingsEndpoints(parts.config, parts.settings),
  ];
}
