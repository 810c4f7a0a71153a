// What answers chat requests: keys, the pipeline and its stages, and what is known of the targets. A part of the composition
// root: in the gateway's own process, or in each of its workers.
import type { Logger } from 'pino';
import { maskApiKey } from '../accounts/api-key.ts';
import { createKeyReader } from '../accounts/keys.ts';
import { createTokenCounter } from '../accounts/token-counter.ts';
import type { Config } from '../config/config.ts';
import { type Clock, createIdSource, type IdSource } from '../core/clock.ts';
import type { ContentLog } from '../core/content.ts';
import type { ProviderReader, RouteReader, UpstreamTransport } from '../core/ports.ts';
import type { ServingStore } from '../core/store.ts';
import { type Admission, createAdmission } from '../http/admission.ts';
import type { AddressOf } from '../http/client-address.ts';
import { createExchanges, type Exchanges } from '../http/exchanges.ts';
import type { Readiness } from '../http/readiness.ts';
import type { ServingEndpoints } from '../http/server.ts';
import { watchSlowReaders } from '../http/slow-readers.ts';
import { createAuthenticator } from '../pipeline/authenticate.ts';
import { createIdempotency } from '../pipeline/idempotency/idempotency.ts';
import { createChatPipeline } from '../pipeline/pipeline.ts';
import { mayUse } from '../pipeline/plan.ts';
import { createValidator } from '../pipeline/validate.ts';
import type { TargetHealth } from '../routing/health.ts';
import type { Observer } from '../telemetry/observer.ts';
import { saveMemory } from './save-memory.ts';

export interface DataPlaneParts {
  /** Asked anew each time: it may be replaced. */
  readonly config: { readonly current: Config };
  readonly store: Pick<ServingStore, 'ledgerWriter' | 'keyReader' | 'idempotency'>;
  /** With the prices in force. */
  readonly routes: RouteReader;
  readonly providers: ProviderReader;
  readonly transport: UpstreamTransport;
  readonly health: TargetHealth;
  readonly observer: Observer;
  readonly content: ContentLog;
  readonly addressOf: AddressOf;
  readonly readiness: () => Readiness;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface DataPlane {
  readonly exchanges: Exchanges;
  readonly newRequestId: IdSource;
  readonly admits: Admission['admits'];
  readonly serving: ServingEndpoints;
  /** Waits for what is under way, as long as the configuration says. */
  drain(): Promise<void>;
}

export function createDataPlane(parts: DataPlaneParts, undo: AsyncDisposableStack): DataPlane {
  const { config, store, routes, observer, addressOf, clock, log } = parts;
  const { server: settings } = config.current;
  const authenticator = createAuthenticator({
    keys: createKeyReader(store.keyReader, clock),
    maskKey: maskApiKey,
    addressOf,
    clock,
  });
  const newRequestId = createIdSource('req_', clock);
  const exchanges = createExchanges(clock, newRequestId);
  undo.use(watchSlowReaders({ readers: exchanges.readers, patienceMs: settings.slowReaderMs, clock }));
  undo.use(saveMemory(exchanges.underWay));
  const admission = undo.use(
    createAdmission({
      clock,
      newRequestId,
      random: Math.random,
      most: settings.maxConcurrentRequests,
      onRefused: observer.overloaded,
      log,
    }),
  );
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
  const chat = createChatPipeline({
    authenticator,
    validate: createValidator(),
    routes,
    providers: parts.providers,
    transport: parts.transport,
    health: parts.health,
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
    content: parts.content,
  });
  // The first request that is counted need not wait for the vocabulary.
  if (store.ledgerWriter.metersContent()) void counter.count('').catch(() => undefined);

  return {
    exchanges,
    newRequestId,
    admits: admission.admits,
    serving: {
      chat,
      async models(incoming) {
        const principal = await authenticator.authenticateNow(incoming);
        return routes.models().filter((model) => mayUse(principal, model.name));
      },
      readiness: parts.readiness,
    },
    drain: () => exchanges.drain(settings.shutdownGraceMs, idempotency.endGrace),
  };
}
