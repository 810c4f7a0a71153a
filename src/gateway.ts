// The composition root: every part is made here, handed what it needs, and taken down in this order:
//   stop accepting -> let streams finish -> settle the ledger -> stop the embedded model -> close the stores
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { createAdminTokens, createPresetToken } from './accounts/admin-token.ts';
import { maskApiKey } from './accounts/api-key.ts';
import { createAuditSource } from './accounts/audit-facts.ts';
import { type Bootstrap, createKeyWriter } from './accounts/key-admin.ts';
import { createKeyReader } from './accounts/keys.ts';
import { createRetention, startUpkeep } from './accounts/ledger-retention.ts';
import { createPriceBook } from './accounts/prices.ts';
import { createTokenCounter } from './accounts/token-counter.ts';
import { syncLimits } from './admin/sync-limits.ts';
import type { Environment } from './config/env.ts';
import { type LiveConfig, openLiveConfig } from './config/watch.ts';
import { type Clock, createIdSource, systemClock } from './core/clock.ts';
import { createIpRanges } from './core/ip-ranges.ts';
import type { LocalEngine } from './core/ports.ts';
import type { GatewayStore } from './core/store.ts';
import { packageVersion } from './core/version.ts';
import { openContentLogging } from './gateway/content-logging.ts';
import { keepPrices } from './gateway/keep-prices.ts';
import { isLocal, liveProviders, reportUnusable, unusableProviders } from './gateway/provider-adapters.ts';
import { createRoutingParts } from './gateway/routing-parts.ts';
import { createSettingsInForce } from './gateway/settings-in-force.ts';
import { secretKeysOf, storedRouting, storedSecrets } from './gateway/stored-secrets.ts';
import { createAdminEndpoint } from './http/admin-endpoint.ts';
import { createAdmission } from './http/admission.ts';
import { createAddressOf } from './http/client-address.ts';
import { createOriginOf } from './http/client-origin.ts';
import { createExchanges } from './http/exchanges.ts';
import { createMetricsEndpoint } from './http/metrics-endpoint.ts';
import { readinessOf } from './http/readiness.ts';
import { createServer } from './http/server.ts';
import { watchSlowReaders } from './http/slow-readers.ts';
import { readEngineFigures } from './local/engine-figures.ts';
import { createLocalEngine, type LocalEngineOptions } from './local/supervisor.ts';
import { createAuthenticator } from './pipeline/authenticate.ts';
import { createExpiry } from './pipeline/idempotency/expire-answers.ts';
import { createIdempotency } from './pipeline/idempotency/idempotency.ts';
import { createChatPipeline } from './pipeline/pipeline.ts';
import { mayUse } from './pipeline/plan.ts';
import { createValidator } from './pipeline/validate.ts';
import { createUpstreamTransport } from './providers/transport.ts';
import { createTargetHealth } from './routing/health.ts';
import { describeStore, openGatewayStore } from './store/open.ts';
import { createStoreObserver } from './telemetry/store-problems.ts';
import { createTelemetry } from './telemetry/telemetry.ts';

export interface GatewayOptions {
  readonly environment: Environment;
  readonly log: Logger;
  /** Lines for the person at the terminal about the embedded model: where it comes from, what is installed. */
  readonly say?: (line: string) => void;
  readonly onProgress?: NonNullable<LocalEngineOptions['onProgress']>;
  /** Replaced in tests. */
  readonly clock?: Clock;
  readonly engine?: LocalEngine;
  /** Folder of the built console. */
  readonly consoleFolder?: string;
}

export interface Gateway extends AsyncDisposable {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly bootstrap: Bootstrap;
  /** The admin token, if this start made it: show it once. */
  readonly adminToken: string | undefined;
  /** Ledger rows an earlier run had left held. */
  readonly recovered: number;
  readonly config: LiveConfig;
  readonly engine: LocalEngine;
  readonly store: GatewayStore;
}

/** Throws ConfigError, StoreError, or the error of `listen` (`EADDRINUSE`, `EACCES`). Leaves nothing behind then. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { environment, log } = options;
  const clock = options.clock ?? systemClock;
  await using undo = new AsyncDisposableStack();
  const { otlp } = environment;
  const telemetry = undo.use(await createTelemetry({ log, clock, version: packageVersion(), otlp }));

  // A configuration that refers to stored secrets needs the store first; one with mistakes should not make a database.
  const openStore = once(async () =>
    undo.use(
      await openGatewayStore(environment, {
        clock,
        report: createStoreObserver(log),
        observer: telemetry.ledger,
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

  const providers = liveProviders(config, engine, clock, log);
  const trustedProxies = createIpRanges(config.current.server.trustedProxies);
  const addressOf = createAddressOf(trustedProxies);
  const originOf = createOriginOf(trustedProxies, () => config.current.console.publicUrl);
  const authenticator = createAuthenticator({
    keys: createKeyReader(store.keyReader, clock),
    maskKey: maskApiKey,
    addressOf,
    clock,
  });
  const newRequestId = createIdSource('req_', clock);
  const exchanges = createExchanges(clock, newRequestId);
  const { server: settings } = config.current;
  undo.use(watchSlowReaders({ readers: exchanges.readers, patienceMs: settings.slowReaderMs, clock }));
  const health = createTargetHealth(clock.monotonic, () => config.current.server.circuitBreaker);
  const { observer } = telemetry;
  const admission = undo.use(
    createAdmission({
      clock,
      newRequestId,
      random: Math.random,
      underWay: exchanges.underWay,
      most: settings.maxConcurrentRequests,
      onRefused: observer.overloaded,
      log,
    }),
  );
  const metricsToken = createPresetToken(environment.metricsToken?.reveal());
  let draining = false;
  telemetry.watch({
    models: () => prices.routes.models(),
    providerType: (name) => config.current.providers.find((provider) => provider.name === name)?.type,
    health,
    engine: () => engine.status().state,
    engineFigures: () => readEngineFigures(engine.socketPath),
    generation: () => config.generation,
    configRefused: () => config.refusal !== undefined,
    storeAvailable: () => store.unavailable() === undefined,
  });

  const idempotency = createIdempotency({
    store: store.idempotency,
    clock,
    heartbeatMs: settings.heartbeatMs,
    retentionMs: () => config.current.server.idempotencyMs,
    graceMs: () => config.current.server.idempotencyGraceMs,
    refused: observer.notExecuted,
    unkept: (request, err) => log.error({ request, err }, 'the answer could not be kept'),
  });

  const counter = createTokenCounter();
  const server = createServer({
    exchanges,
    newRequestId,
    admits: admission.admits,
    chat: createChatPipeline({
      authenticator,
      validate: createValidator(),
      routes: prices.routes,
      providers,
      transport,
      health,
      ledger: store.ledgerWriter,
      counter,
      observer,
      clock,
      addressOf,
      random: Math.random,
      bodyLimitBytes: settings.bodyLimitBytes,
      heartbeatMs: settings.heartbeatMs,
      quotaStatus: settings.quotaStatus,
      serveOnce: idempotency.serveOnce,
      content: content.log,
    }),
    async models(incoming) {
      const principal = await authenticator.authenticateNow(incoming);
      return prices.routes.models().filter((model) => mayUse(principal, model.name));
    },
    admin: createAdminEndpoint({
      store,
      tokens: adminTokens,
      models: () => prices.routes.models(),
      refreshPrices: () => prices.refresh(),
      draining: () => draining,
      content,
      definitions: () => config.current.providers,
      providers,
      health,
      routing: createRoutingParts({ environment, config, store, secrets, engine, transport, clock }),
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
      open: settings.metricsPublic,
      tokens: {
        matches: async (token) => (await metricsToken.matches(token)) || adminTokens.matches(token),
      },
      addressOf,
      clock,
      page: telemetry.metricsPage,
    }),
    readiness: () =>
      readinessOf({
        storeProblem: store.unavailable()?.reason,
        engine: engine.status(),
        models: config.routes.models(),
        localProviders: new Set(config.current.providers.filter(isLocal).map((provider) => provider.name)),
        generation: config.generation,
        refusedConfig: config.refusal?.message ?? unusableProviders(config.current),
        draining,
      }),
    draining: () => draining,
    version: packageVersion(),
    consoleFolder: options.consoleFolder,
    onUnexpected: (requestId, error) =>
      log.error({ request: requestId, err: error.cause }, 'unexpected error'),
  });
  undo.defer(async () => {
    draining = true;
    const closed = server.close();
    await exchanges.drain(settings.shutdownGraceMs, idempotency.endGrace);
    server.server.closeAllConnections();
    await closed;
  });

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
  await server.listen({ host: settings.host, port: settings.port });
  engine.start();
  // The first request that is counted need not wait for the vocabulary.
  if (store.ledgerWriter.metersContent()) void counter.count('').catch(() => undefined);

  const parts = undo.move();
  return {
    url: urlOf(server.server.address() as AddressInfo),
    bootstrap,
    adminToken,
    recovered: store.recovered,
    config,
    engine,
    store,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
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

function urlOf({ address, family, port }: AddressInfo): string {
  const everywhere = address === '0.0.0.0' || address === '::';
  const host = everywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}
