// What a gateway has once, however many processes serve its requests: the store, the configuration and its limits, prices,
// upkeep, the first key and the admin token, the embedded model. A part of the composition root.
import { type AdminTokens, createAdminTokens } from '../accounts/admin-token.ts';
import { createAuditSource } from '../accounts/audit-facts.ts';
import { type Bootstrap, createKeyWriter } from '../accounts/key-admin.ts';
import { createRetention, startUpkeep } from '../accounts/ledger-retention.ts';
import { createPriceBook, type PriceBook } from '../accounts/prices.ts';
import { syncLimits } from '../admin/sync-limits.ts';
import { type LiveConfig, openLiveConfig } from '../config/watch.ts';
import { type Clock, createIdSource, systemClock } from '../core/clock.ts';
import type { LocalEngine, UpstreamTransport } from '../core/ports.ts';
import type { SecretReader } from '../core/secrets.ts';
import type { GatewayStore } from '../core/store.ts';
import { packageVersion } from '../core/version.ts';
import { createLocalEngine } from '../local/supervisor.ts';
import { createExpiry } from '../pipeline/idempotency/expire-answers.ts';
import { createUpstreamTransport } from '../providers/transport.ts';
import { openGatewayStore } from '../store/open.ts';
import { createStoreObserver } from '../telemetry/store-problems.ts';
import { createTelemetry, type Telemetry, type TelemetryParts } from '../telemetry/telemetry.ts';
import { type ContentLogging, openContentLogging } from './content-logging.ts';
import { keepPrices } from './keep-prices.ts';
import { reportUnusable } from './provider-adapters.ts';
import type { GatewayOptions } from './running.ts';
import { secretKeysOf, storedRouting, storedSecrets } from './stored-secrets.ts';

export interface Foundation {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly secrets: SecretReader;
  readonly config: LiveConfig;
  readonly store: GatewayStore;
  readonly prices: PriceBook;
  readonly content: ContentLogging;
  readonly adminTokens: AdminTokens;
  readonly bootstrap: Bootstrap;
  readonly adminToken: string | undefined;
  /** Made, not started. */
  readonly engine: LocalEngine;
  readonly transport: UpstreamTransport;
}

export interface FoundationOptions extends GatewayOptions {
  /** The store will be used by other processes, too. */
  readonly shared?: boolean;
  /** Metrics of other processes. */
  readonly others?: TelemetryParts['others'];
}

/** Throws ConfigError or StoreError. What is made is taken down with `undo`. */
export async function openFoundation(
  options: FoundationOptions,
  undo: AsyncDisposableStack,
): Promise<Foundation> {
  const { environment, log, shared, others } = options;
  const clock = options.clock ?? systemClock;
  const { otlp } = environment;
  const telemetry = undo.use(await createTelemetry({ log, clock, version: packageVersion(), otlp, others }));

  // A configuration that refers to stored secrets needs the store first; one with mistakes should not make a database.
  const openStore = once(async () =>
    undo.use(
      await openGatewayStore(environment, {
        clock,
        report: createStoreObserver(log),
        observer: telemetry.ledger,
        ...(shared ? { shared } : {}),
      }),
    ),
  );
  const secrets = storedSecrets(environment, openStore);
  const config = undo.use(
    await openLiveConfig(environment, {
      secrets,
      stored: storedRouting(openStore),
      admit: async (next) => syncLimits(next, await openStore(), clock),
    }),
  );
  const store = await openStore();
  const prices = createPriceBook(config.routes, store.prices, clock);
  undo.use(await keepPrices(prices, config, log));
  const retention = createRetention(store.upkeep, clock, () => config.current.ledger.retentionMs);
  undo.use(startUpkeep(retention.tick, (err) => log.error({ err }, 'old rows of the ledger stay')));
  undo.use(
    startUpkeep(createExpiry(store.idempotency, clock), (err) => log.error({ err }, 'expired answers stay')),
  );
  const content = undo.use(
    openContentLogging({
      settings: () => config.current.logging,
      keys: secretKeysOf(environment),
      store: store.content,
      observer: telemetry.content,
      expires: true,
      clock,
      log,
    }),
  );
  const keyWriter = createKeyWriter({ reader: store.keyReader, writer: store.keyWriter }, clock);
  const bootstrap = await keyWriter.bootstrap(environment.bootstrapKey?.reveal());
  const nextAuditId = createIdSource('aud_', clock);
  const adminTokens = createAdminTokens(store.admin.adminTokens, environment.adminToken?.reveal());
  const adminToken = await adminTokens.bootstrap(createAuditSource('bootstrap', clock, nextAuditId));
  await syncLimits(config.current, store, clock);
  const engine = undo.use(options.engine ?? createEngine(options, config));
  const transport = undo.use(createUpstreamTransport());

  config.onReload((result) => {
    if (result.outcome === 'refused') log.error(`tollgate.yaml was not taken over:\n${result.error.message}`);
    else {
      const what =
        result.outcome === 'changed' && result.by ? 'a change of an administrator' : 'tollgate.yaml';
      log.info({ generation: result.generation }, `${what} was taken over`);
      reportUnusable(config.current, log);
    }
  });
  reportUnusable(config.current, log);
  return {
    clock,
    telemetry,
    secrets,
    config,
    store,
    prices,
    content,
    adminTokens,
    bootstrap,
    adminToken,
    engine,
    transport,
  };
}

function createEngine(options: GatewayOptions, config: LiveConfig): LocalEngine {
  const { environment, log, say, onProgress } = options;
  const { local } = config.current;
  return createLocalEngine({
    setting: local.model,
    dataFolder: environment.dataFolder,
    environment: environment.childVariables(),
    huggingFaceEndpoint: local.huggingFaceEndpoint,
    ...(say ? { say } : {}),
    ...(onProgress ? { onProgress } : {}),
    log: (line) => log.info({ source: 'local model' }, line),
  });
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
