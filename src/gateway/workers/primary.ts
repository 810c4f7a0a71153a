// A gateway of several processes put together: this one has the store, the embedded model and the administration, accepts connections
// and hands them to workers, which serve requests. Taken down in this order:
//   stop accepting -> workers finish and settle -> stop the embedded model -> close the store
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createIdSource } from '../../core/clock.ts';
import { createIpRanges } from '../../core/ip-ranges.ts';
import { packageVersion } from '../../core/version.ts';
import { createAddressOf } from '../../http/client-address.ts';
import { createOriginOf } from '../../http/client-origin.ts';
import { createExchanges } from '../../http/exchanges.ts';
import { asPassedOn } from '../../http/passed-on.ts';
import { createServer } from '../../http/server.ts';
import { createSocketFolder } from '../../local/socket-folder.ts';
import { createTargetHealth } from '../../routing/health.ts';
import { createControlEndpoints } from '../control-plane.ts';
import { openFoundation } from '../foundation.ts';
import { liveProviders } from '../provider-adapters.ts';
import type { Gateway, GatewayOptions } from '../running.ts';
import { urlOf } from '../url-of.ts';
import { watchedGateway } from '../watched-gateway.ts';
import { listen } from './listen.ts';
import type { FromWorker, SharedConfig } from './messages.ts';
import { createWorkerPool, type WorkerPool } from './pool.ts';
import { type StartWorkerProcess, startWorkerProcess } from './process.ts';
import { createSharedHealth } from './shared-health.ts';

export interface SharedGatewayOptions extends GatewayOptions {
  /** 2 and more. */
  readonly workers: number;
  /** Options of the command line, by the variables they stand for: workers read the environment themselves. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly logLevel: string;
  readonly start?: StartWorkerProcess;
}

export interface SharedGateway extends Gateway {
  readonly pool: Pick<WorkerPool, 'serving' | 'restarts'>;
}

/** What workers need beyond the time that requests under way have: to settle, and to send what they know. */
const settleMs = 15_000;

/** Throws as `createGateway`. Leaves nothing behind then. */
export async function createSharedGateway(options: SharedGatewayOptions): Promise<SharedGateway> {
  const { environment, log, consoleFolder, flags, logLevel, workers } = options;
  await using undo = new AsyncDisposableStack();
  const others = async () => (pool ? pool.families() : []);
  let pool: WorkerPool | undefined;
  const foundation = await openFoundation({ ...options, shared: true, others }, undo);
  const { clock, telemetry, config, store, engine } = foundation;
  const { connect } = store;
  if (!connect) throw new Error('the store was not opened to be shared');
  const { server: settings } = config.current;
  const own = createTargetHealth(clock.monotonic, () => config.current.server.circuitBreaker);
  const health = createSharedHealth(own, clock.monotonic);
  const trustedProxies = createIpRanges(settings.trustedProxies);
  const addressOf = createAddressOf(trustedProxies);
  const originOf = createOriginOf(trustedProxies, () => config.current.console.publicUrl);
  const newRequestId = createIdSource('req_', clock);
  const exchanges = createExchanges(clock, newRequestId);
  let draining = false;

  const folder = createSocketFolder(`${environment.dataFolder}/run`, 'control');
  const server = createServer({
    exchanges,
    newRequestId,
    // Workers do not take more than they can.
    admits: () => true,
    control: createControlEndpoints({
      ...foundation,
      environment,
      providers: liveProviders(config, engine, clock, log),
      health,
      addressOf: (incoming) => addressOf(asPassedOn(incoming)),
      originOf: (incoming) => originOf(asPassedOn(incoming)),
      draining: () => draining,
      consoleFolder,
      tookOver,
    }),
    draining: () => draining,
    version: packageVersion(),
    onUnexpected: (requestId, error) =>
      log.error({ request: requestId, err: error.cause }, 'unexpected error'),
  });
  folder.prepare();
  undo.defer(() => folder.remove());
  undo.defer(async () => {
    const closed = server.close();
    await exchanges.drain(0);
    server.server.closeAllConnections();
    await closed;
  });
  await server.listen({ path: folder.socketPath });
  await store.listenForWorkers?.(ledgerPathBeside(folder.socketPath));

  const sharedConfig = (): SharedConfig => ({
    inputs: config.inputs(),
    generation: config.generation,
    refused: config.refusal?.message,
  });
  pool = createWorkerPool({
    count: workers,
    beginning: (worker) => ({
      worker,
      flags,
      logLevel,
      config: sharedConfig(),
      engine: { socketPath: engine.socketPath, status: engine.status() },
      socketPath: folder.socketPath,
    }),
    dialect: environment.databaseUrl === undefined ? 'sqlite' : 'postgresql',
    connect,
    health,
    start: options.start ?? startWorkerProcess,
    clock,
    log,
  });
  const { tell, tellAndWait, handOver } = pool;
  const started = pool;
  undo.defer(() => started.kill());
  telemetry.watch(
    watchedGateway({
      ...foundation,
      health: own,
      workers: () => ({ serving: started.serving, restarts: started.restarts }),
    }),
  );
  undo.defer(config.onReload(() => tell({ kind: 'config', config: sharedConfig() })));
  undo.defer(engine.onStatus((status) => tell({ kind: 'engine', status })));

  async function tookOver(what: 'prices' | 'config'): Promise<void> {
    const { generation } = config;
    if (what === 'prices') await tellAndWait({ kind: 'prices' }, ({ kind }) => kind === 'prices-taken');
    else {
      const taken = (answer: FromWorker) => answer.kind === 'config-taken' && answer.generation >= generation;
      await tellAndWait({ kind: 'config', config: sharedConfig() }, taken);
    }
  }

  // Before the workers, so that a port that is taken is told at once; who comes meanwhile waits.
  const listening = await listen(settings, handOver);
  undo.defer(async () => {
    draining = true;
    listening.close();
    await started.drain(settings.shutdownGraceMs + settleMs);
  });
  await pool.start();
  engine.start();

  const { bootstrap, adminToken } = foundation;
  const parts = undo.move();
  return {
    url: urlOf(listening.address as AddressInfo),
    bootstrap,
    adminToken,
    recovered: store.recovered,
    config,
    engine,
    store,
    pool,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** No longer than the path it is beside, since there is a bound. */
function ledgerPathBeside(path: string): string {
  return process.platform === 'win32' ? `${path}-ledger` : join(dirname(path), 'ledger.sock');
}
