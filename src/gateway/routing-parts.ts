// What the admin API needs to show, change and try providers and models of a running gateway. A part of the composition root;
// decides nothing.
import type { RoutingEndpointParts } from '../admin/routing/endpoints.ts';
import type { Environment } from '../config/env.ts';
import type { LiveConfig } from '../config/watch.ts';
import { type Clock, createIdSource } from '../core/clock.ts';
import type { LocalEngine, UpstreamTransport } from '../core/ports.ts';
import type { SecretReader } from '../core/secrets.ts';
import type { GatewayStore } from '../core/store.ts';
import { createDraftAdapters, toSetup } from './provider-adapters.ts';
import { secretKeysOf } from './stored-secrets.ts';

export interface RoutingSources {
  readonly environment: Environment;
  readonly config: LiveConfig;
  readonly store: GatewayStore;
  readonly secrets: SecretReader;
  readonly engine: LocalEngine;
  readonly transport: UpstreamTransport;
  readonly clock: Clock;
}

export function createRoutingParts(sources: RoutingSources): RoutingEndpointParts['routing'] {
  const { environment, config, store, secrets, engine, transport, clock } = sources;
  return {
    origins: () => config.current.origins,
    problems: () => config.current.storedProblems,
    publicOnly: () => !config.current.console.privateUpstreams,
    secrets,
    secretStore: {
      reader: store.secretReader,
      writer: store.secretWriter,
      keys: secretKeysOf(environment),
      clock,
      nextRevision: createIdSource('rev_', clock),
    },
    // Never rejects: a file that is wrong by now keeps nothing of this from being taken over.
    takeOver: async () => void (await config.reload()),
    adapterOf: createDraftAdapters(engine, clock),
    setupOf: toSetup,
    transport,
    ledger: store.ledgerWriter,
    engine,
    localSetting: () => config.current.local.model,
  };
}
