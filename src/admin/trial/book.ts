// A trial that is paid for: held and settled like any request, on the key that whoever asks for it has for the playground, so that
// the books balance and limits apply. A target whose model has no price is tried without a row: nobody can say what it costs.

import type { AuditSource } from '../../accounts/audit-facts.ts';
import type { PlaygroundKeys } from '../../accounts/playground-keys.ts';
import type { Projects } from '../../accounts/projects.ts';
import { createIdSource } from '../../core/clock.ts';
import { costOf } from '../../core/money.ts';
import type { LedgerWriter } from '../../core/ports.ts';
import { requestIdPrefix } from '../../core/request-ids.ts';
import type { Caller } from '../../core/roles.ts';
import type { Usage } from '../../core/usage.ts';
import { worstCase } from '../../pipeline/worst-case.ts';
import {
  type KeyedTarget,
  longestAnswer,
  type Trial,
  type TrialPorts,
  trialRequest,
  tryTarget,
} from './trial.ts';

export interface BookedTrial {
  readonly keyed: KeyedTarget;
  readonly trial: Trial;
  /** Its row of the ledger; absent where the model has no price. */
  readonly requestId?: string;
  /** Nano-USD. */
  readonly cost?: bigint;
}

export interface BookPorts extends TrialPorts {
  readonly ledger: Pick<LedgerWriter, 'hold' | 'settle'>;
  readonly keys: Pick<PlaygroundKeys, 'keyOf'>;
  readonly projects: Projects;
}

/** More than the words of a trial have in any vocabulary, with what templates put around them. */
const promptTokens = 256;

export type TrialBook = (
  keyed: KeyedTarget,
  caller: Caller,
  audit: AuditSource,
  signal: AbortSignal,
) => Promise<BookedTrial>;

/** `timeoutMs`: for each trial. The book rejects with what a hold rejects with. */
export function createTrialBook(ports: BookPorts, timeoutMs: number): TrialBook {
  const nextId = createIdSource(requestIdPrefix, ports.clock);

  return async (keyed, caller, audit, signal) => {
    const { model, target } = keyed;
    const { price } = model;
    if (!price) return { keyed, trial: await tryTarget(keyed, timeoutMs, signal, ports) };
    const project = await ports.projects.find('default');
    const key = await ports.keys.keyOf(project, caller, audit);
    const id = nextId();
    const started = ports.clock.monotonic();
    const cap = { cap: longestAnswer, least: longestAnswer };
    await ports.ledger.hold({
      id,
      keyId: key.id,
      projectId: project.id,
      organizationId: project.organizationId,
      model: model.name,
      provider: target.provider,
      upstreamModel: target.model,
      priceVersion: price.version,
      worst: worstCase(trialRequest(model), promptTokens, cap, price),
      stream: true,
      startedAt: ports.clock.now(),
    });
    const trial = await tryTarget(keyed, timeoutMs, signal, ports);
    const { usage, status, error } = trial;
    const reached = usage !== undefined || trial.outcome === 'ok';
    const charged: Usage | undefined = reached
      ? (usage ?? { input: promptTokens, output: longestAnswer })
      : undefined;
    const cost = charged ? costOf(charged, price) : 0n;
    const place = { provider: target.provider, upstreamModel: target.model };
    const durationMs = Math.round(ports.clock.monotonic() - started);
    await ports.ledger.settle({
      id,
      state: reached ? 'settled' : 'released',
      ...place,
      usage: charged,
      usageSource: charged && (usage ? 'reported' : 'estimated'),
      cost,
      partial: reached && trial.outcome !== 'ok',
      error: error?.code,
      attempts: [
        { ...place, status, error: error?.code, durationMs: trial.latencyMs, credential: keyed.credential },
      ],
      firstTokenMs: trial.firstTokenMs,
      durationMs,
    });
    return { keyed, trial, requestId: id, cost };
  };
}
