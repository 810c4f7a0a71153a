// A worker put together: what serves requests, over a store, a configuration and an embedded model that the primary has. A part of
// the composition root; knows no process, only how to say and hear messages.
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { createPriceBook } from '../../accounts/prices.ts';
import type { Environment } from '../../config/env.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { createIpRanges } from '../../core/ip-ranges.ts';
import { packageVersion } from '../../core/version.ts';
import { createAddressOf } from '../../http/client-address.ts';
import { createPassOn } from '../../http/pass-on.ts';
import { createServer } from '../../http/server.ts';
import { createUpstreamTransport } from '../../providers/transport.ts';
import { createTargetHealth } from '../../routing/health.ts';
import { openServingStore } from '../../store/bridge/open.ts';
import { createStoreObserver } from '../../telemetry/store-problems.ts';
import { createTelemetry } from '../../telemetry/telemetry.ts';
import { openContentLogging } from '../content-logging.ts';
import { createDataPlane } from '../data-plane.ts';
import { followPrices } from '../keep-prices.ts';
import { liveProviders } from '../provider-adapters.ts';
import { createReadiness } from '../readiness.ts';
import { secretKeysOf } from '../stored-secrets.ts';
import { createReportedEngine } from './engine-status.ts';
import type { Beginning, FromWorker, ToWorker } from './messages.ts';
import { createServingConfig } from './serving-config.ts';
import { createHealthReport, healthLookMs } from './shared-health.ts';

export interface WorkerParts {
  readonly beginning: Beginning;
  readonly environment: Environment;
  readonly send: (message: FromWorker) => void;
  /** Is given who is to hear what the store says; that is needed from the start. */
  readonly onStore: (hear: (message: unknown) => void) => void;
  readonly log: Logger;
}

export interface ServingWorker {
  /** All but what the store says. */
  receive(message: ToWorker): void;
  /** A connection that the primary has accepted; `undefined` where it did not arrive, as without a free descriptor. */
  take(socket: Socket | undefined): void;
  /** Resolves when what was under way is finished and settled. */
  drain(): Promise<void>;
}

/** Throws ConfigError where the environment is another than the primary's. */
export async function createWorker({
  beginning,
  environment,
  send,
  onStore,
  log,
}: WorkerParts): Promise<ServingWorker> {
  const clock: Clock = systemClock;
  await using undo = new AsyncDisposableStack();
  const config = createServingConfig(environment, beginning.config, log);
  const telemetry = undo.use(
    await createTelemetry({ log, clock, version: packageVersion(), otlp: spansOnly(environment, beginning) }),
  );
  const opened = await openServingStore({
    ...beginning.store,
    send: (message) => send({ kind: 'store', message }),
    clock,
    report: createStoreObserver(log),
    observer: telemetry.ledger,
  });
  onStore(opened.receive);
  const store = undo.use(opened.store);
  const prices = createPriceBook(config.routes, store.prices, clock);
  undo.use(await followPrices(prices));
  const content = undo.use(
    openContentLogging({
      settings: () => config.current.logging,
      keys: secretKeysOf(environment),
      store: store.content,
      observer: telemetry.content,
      expires: false,
      clock,
      log,
    }),
  );
  const engine = createReportedEngine(beginning.engine.socketPath, beginning.engine.status);
  const transport = undo.use(createUpstreamTransport());
  const health = createTargetHealth(clock.monotonic, () => config.current.server.circuitBreaker);
  const { server: settings } = config.current;
  const addressOf = createAddressOf(createIpRanges(settings.trustedProxies));
  let draining = false;
  const plane = createDataPlane(
    {
      config,
      store,
      routes: prices.routes,
      providers: liveProviders(config, engine, clock, log),
      transport,
      health,
      observer: telemetry.observer,
      content: content.log,
      addressOf,
      readiness: createReadiness({
        config,
        models: config.routes.models,
        store,
        engine,
        draining: () => draining,
      }),
      clock,
      log,
    },
    undo,
  );
  let open = 0;
  let taken = 0;
  let saying = false;

  /** Once a turn of the event loop, however many come and go in it. */
  function sayConnections(): void {
    if (saying) return;
    saying = true;
    setImmediate(() => {
      saying = false;
      send({ kind: 'connections', taken, open });
    });
  }

  const passOn = undo.use(createPassOn(beginning.socketPath));
  const server = createServer({
    ...plane,
    passOn,
    draining: () => draining,
    version: packageVersion(),
    onUnexpected: (requestId, error) =>
      log.error({ request: requestId, err: error.cause }, 'unexpected error'),
  });
  undo.defer(async () => {
    await plane.drain();
    server.server.closeAllConnections();
    await server.close();
  });
  await server.ready();
  // It listens nowhere; this is where Node begins to keep the time limits of its connections.
  server.server.emit('listening');
  telemetry.watch({
    models: () => prices.routes.models(),
    providerType: (name) => config.current.providers.find((provider) => provider.name === name)?.type,
    health,
    engine: () => engine.status().state,
    engineFigures: async () => undefined,
    generation: () => config.generation,
    configRefused: () => config.refusal !== undefined,
    storeAvailable: () => store.unavailable() === undefined,
  });
  const report = createHealthReport(health, () =>
    prices.routes.models().flatMap(({ route }) => route.flat()),
  );
  const healthTimer = setInterval(() => {
    const conditions = report();
    if (conditions) send({ kind: 'health', conditions });
  }, healthLookMs);
  undo.defer(() => clearInterval(healthTimer));

  let measured = false;
  const parts = undo.move();
  const worker: ServingWorker = {
    receive(message) {
      switch (message.kind) {
        case 'config':
          config.takeOver(message.config);
          send({ kind: 'config-taken', generation: message.config.generation });
          return;
        case 'engine':
          engine.report(message.status);
          return;
        case 'metrics':
          measured = true;
          void telemetry
            .families()
            .then((families) => send({ kind: 'metrics', id: message.id, families }))
            .catch((err) => log.warn({ err }, 'the metrics of this worker could not be told'));
          return;
        case 'prices':
          void prices
            .refresh()
            .catch((err) => log.warn({ err }, 'prices could not be read'))
            .then(() => send({ kind: 'prices-taken' }));
      }
    },
    take(socket) {
      taken++;
      if (!socket) {
        sayConnections();
        return;
      }
      open++;
      // As the sockets of Node's own servers of HTTP: who has sent everything may still read.
      socket.allowHalfOpen = true;
      socket.once('close', () => {
        open--;
        sayConnections();
      });
      sayConnections();
      server.server.emit('connection', socket);
    },
    async drain() {
      draining = true;
      await parts.disposeAsync();
      // What was counted since somebody last asked is worth as much as what was before.
      if (measured) send({ kind: 'metrics', id: 0, families: await telemetry.families() });
    },
  };
  return worker;
}

/** Metrics are sent for all processes together, by the primary. */
function spansOnly({ otlp }: Environment, { worker }: Beginning): Environment['otlp'] {
  if (!otlp) return undefined;
  const { metrics: _, ...rest } = otlp;
  return {
    ...rest,
    resource: { ...otlp.resource, 'tollgate.worker': String(worker) },
  };
}
