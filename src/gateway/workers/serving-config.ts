// The configuration in a worker: what the primary has in force, resolved here once more from the same bytes. A worker reads no file
// and no secret store, so it can never be ahead of the primary, which has admitted the limits first, and one that takes
// another's place begins with what is in force even if the file is wrong by now.
import type { Logger } from 'pino';
import { type Config, resolveConfig } from '../../config/config.ts';
import type { Environment } from '../../config/env.ts';
import type { ReloadResult } from '../../config/watch.ts';
import type { RouteReader } from '../../core/ports.ts';
import type { SecretValues } from '../../core/secrets.ts';
import type { SharedConfig } from './messages.ts';

export interface ServingConfig {
  readonly current: Config;
  readonly generation: number;
  readonly refusal: { readonly message: string } | undefined;
  readonly routes: RouteReader;
  /** Takes over what the primary has taken over. Never throws. */
  takeOver(config: SharedConfig): void;
  onReload(listener: (result: ReloadResult, config: Config) => void): () => void;
}

/** Throws ConfigError where the environment is another than the primary's. */
export function createServingConfig(
  environment: Environment,
  shared: SharedConfig,
  log: Logger,
): ServingConfig {
  const listeners = new Set<(result: ReloadResult, config: Config) => void>();
  let current = resolve(environment, shared);
  let { generation } = shared;
  let refusal = refusalOf(shared);

  return {
    get current() {
      return current;
    },
    get generation() {
      return generation;
    },
    get refusal() {
      return refusal;
    },
    routes: { model: (name) => current.routes.model(name), models: () => current.routes.models() },
    takeOver(next) {
      try {
        if (next.generation !== generation) {
          current = resolve(environment, next);
          ({ generation } = next);
          for (const listener of listeners) listener({ outcome: 'changed', generation }, current);
        }
        refusal = refusalOf(next);
      } catch (err) {
        refusal = { message: (err as Error).message };
        log.error({ err, generation: next.generation }, 'this worker keeps the configuration it has');
      }
    },
    onReload(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function resolve(environment: Environment, { inputs }: SharedConfig): Config {
  const secrets = new Map(inputs.secrets);
  const values: SecretValues = { secret: (name) => secrets.get(name), names: () => [...secrets.keys()] };
  return resolveConfig(environment, inputs.source, values, inputs.entries);
}

function refusalOf({ refused }: SharedConfig) {
  return refused === undefined ? undefined : { message: refused };
}
