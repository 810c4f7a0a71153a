// Whether this process can answer requests, and if not, why: `GET /ready`.
import type { EngineStatus, PublicModel } from '../core/ports.ts';

export interface Readiness {
  readonly status: 'ready' | 'not_ready';
  readonly checks: {
    readonly store: { readonly ok: boolean; readonly detail?: string };
    readonly engine: {
      readonly ok: boolean;
      readonly state: EngineStatus['state'];
      readonly detail: string;
      readonly progress?: number;
      readonly model?: string;
    };
    readonly config: { readonly ok: boolean; readonly generation: number; readonly detail?: string };
  };
}

export interface ReadinessFacts {
  readonly storeProblem: string | undefined;
  readonly engine: EngineStatus;
  readonly models: readonly PublicModel[];
  /** Names of the providers that are the embedded model. */
  readonly localProviders: ReadonlySet<string>;
  readonly generation: number;
  /** Why the configuration file as it is now is not in use. */
  readonly refusedConfig: string | undefined;
  readonly draining: boolean;
}

/**
 * Ready = the store takes writes, and the embedded model is there if some model has nothing else. An engine that was
 * turned off on purpose holds nothing up; a refused new configuration neither, since the old one goes on.
 */
export function readinessOf(facts: ReadinessFacts): Readiness {
  const { engine } = facts;
  const needed = facts.models.some(({ route }) =>
    route.every((group) => group.every((target) => facts.localProviders.has(target.provider))),
  );
  const engineOk = engine.state === 'ready' || engine.state === 'off' || !needed;
  const ready = facts.storeProblem === undefined && engineOk && !facts.draining;
  return {
    status: ready ? 'ready' : 'not_ready',
    checks: {
      store: {
        ok: facts.storeProblem === undefined,
        ...(facts.storeProblem ? { detail: facts.storeProblem } : {}),
      },
      engine: {
        ok: engineOk,
        state: engine.state,
        detail: engine.detail,
        ...(engine.progress === undefined ? {} : { progress: engine.progress }),
        ...(engine.model === undefined ? {} : { model: engine.model }),
      },
      config: {
        ok: facts.refusedConfig === undefined,
        generation: facts.generation,
        ...(facts.refusedConfig ? { detail: facts.refusedConfig } : {}),
      },
    },
  };
}
