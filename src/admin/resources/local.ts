// `/local`: the embedded model of this node: how it comes up, what it is, how busy it is.
import { conflict } from '../../accounts/revisions.ts';
import type { ProviderDefinition } from '../../config/providers.ts';
import type { AuditEntry } from '../../core/audit.ts';
import type { LocalEngine, PublicModel } from '../../core/ports.ts';
import { readEngineFigures } from '../../local/engine-figures.ts';
import * as contract from '../contract/local.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';

export interface LocalParts {
  readonly engine: Pick<LocalEngine, 'status' | 'socketPath' | 'retry'>;
  /** TOLLGATE_LOCAL_MODEL. */
  readonly setting: () => string | undefined;
  readonly models: () => readonly PublicModel[];
  readonly definitions: () => readonly ProviderDefinition[];
  /** Writes an entry of the audit log. */
  readonly note: (entry: AuditEntry) => Promise<void>;
}

export function localEndpoints(parts: LocalParts): Endpoint[] {
  const { engine } = parts;
  const resource = 'local';

  async function show(): Promise<contract.LocalModel> {
    const status = engine.status();
    const figures = status.state === 'ready' ? await readEngineFigures(engine.socketPath) : undefined;
    const { download } = status;
    return {
      state: status.state,
      detail: status.detail,
      progress: status.progress ?? null,
      download: download
        ? {
            bytes: download.bytes,
            total: download.total ?? null,
            bytes_per_second: Math.round(download.bytesPerSecond),
            seconds_left: download.etaSeconds ?? null,
          }
        : null,
      model: status.model ?? null,
      setting: parts.setting() ?? null,
      context_window: status.contextWindow ?? figures?.context_window ?? null,
      slots: figures?.slots ?? null,
      slots_busy: figures?.slots_busy ?? null,
      queue: figures?.queue_depth ?? null,
      queue_limit: figures?.queue_limit ?? null,
      threads: figures?.threads ?? null,
      tokens_per_second: figures?.tokens_per_second ?? null,
      decoded_tokens: figures?.decoded_tokens_total ?? null,
      prompt_tokens: figures?.prompt_tokens_total ?? null,
      memory_bytes: figures?.memory_bytes ?? null,
      models: routedModels(parts),
    };
  }

  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/local',
      summary: 'The embedded model of the node that answers',
      description: 'Figures are there once it is ready.',
      status: 200,
      answer: contract.LocalModel,
      handle: async () => ({ body: await show() }),
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/local/retry',
      summary: 'Try to bring up the embedded model again',
      description:
        'When it has failed; what time may heal is tried again by itself. In any other state: 409. Which model it is, is for TOLLGATE_LOCAL_MODEL and the next start.',
      status: 200,
      answer: contract.LocalModel,
      handle: async ({ audit }) => {
        const { state, model } = engine.status();
        if (state !== 'failed' || !engine.retry) {
          throw conflict(`The embedded model has not failed: its state is \`${state}\`.`);
        }
        await parts.note(audit('local.retry', model ?? 'local', { after: { model } }));
        engine.retry();
        return { body: await show() };
      },
    }),
  ];
}

function routedModels({ models, definitions }: LocalParts): string[] {
  const local = new Set(
    definitions()
      .filter(({ type }) => type === 'local')
      .map(({ name }) => name),
  );
  return models()
    .filter(({ route }) => route.flat().some(({ provider }) => local.has(provider)))
    .map(({ name }) => name);
}
