// The composition root of a gateway in one process: every part is made here, handed what it needs, and taken down in this order:
//   stop accepting -> let streams finish -> settle the ledger -> stop the embedded model -> close the stores
// Of several processes: gateway/workers/primary.ts. What both have in common: gateway/foundation.ts, data-plane.ts, control-plane.ts.
import type { AddressInfo } from 'node:net';
import { createIpRanges } from './core/ip-ranges.ts';
import { packageVersion } from './core/version.ts';
import { createControlEndpoints } from './gateway/control-plane.ts';
import { createDataPlane } from './gateway/data-plane.ts';
import { openFoundation } from './gateway/foundation.ts';
import { liveProviders } from './gateway/provider-adapters.ts';
import { createReadiness } from './gateway/readiness.ts';
import type { Gateway, GatewayOptions } from './gateway/running.ts';
import { urlOf } from './gateway/url-of.ts';
import { watchedGateway } from './gateway/watched-gateway.ts';
import { createAddressOf } from './http/client-address.ts';
import { createOriginOf } from './http/client-origin.ts';
import { createServer } from './http/server.ts';
import { mostWaitingConnections } from './http/waiting-connections.ts';
import { createTargetHealth } from './routing/health.ts';

export type { Gateway, GatewayOptions } from './gateway/running.ts';

/** Throws ConfigError, StoreError, or the error of `listen` (`EADDRINUSE`, `EACCES`). Leaves nothing behind then. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { environment, log, consoleFolder } = options;
  await using undo = new AsyncDisposableStack();
  const foundation = await openFoundation(options, undo);
  const { clock, telemetry, config, store, prices, content, engine, transport } = foundation;
  const { server: settings } = config.current;
  const providers = liveProviders(config, engine, clock, log);
  const trustedProxies = createIpRanges(settings.trustedProxies);
  const addressOf = createAddressOf(trustedProxies);
  const originOf = createOriginOf(trustedProxies, () => config.current.console.publicUrl);
  const health = createTargetHealth(clock.monotonic, () => config.current.server.circuitBreaker);
  const { observer } = telemetry;
  let draining = false;
  telemetry.watch(watchedGateway({ ...foundation, health }));
  const plane = createDataPlane(
    {
      config,
      store,
      routes: prices.routes,
      providers,
      transport,
      health,
      observer,
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
  const server = createServer({
    ...plane,
    control: createControlEndpoints({
      ...foundation,
      environment,
      providers,
      health,
      addressOf,
      originOf,
      draining: () => draining,
      consoleFolder,
    }),
    draining: () => draining,
    version: packageVersion(),
    onUnexpected: (requestId, error) =>
      log.error({ request: requestId, err: error.cause }, 'unexpected error'),
  });
  undo.defer(async () => {
    draining = true;
    const closed = server.close();
    await plane.drain();
    server.server.closeAllConnections();
    await closed;
  });

  await server.listen({ host: settings.host, port: settings.port, backlog: mostWaitingConnections });
  engine.start();

  const { bootstrap, adminToken } = foundation;
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
