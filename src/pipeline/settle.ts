// Stage 8: usage -> price -> ledger. Never fails the client: the answer is out already, and the writer retries until
// the row is durable.
import { ClientGone, type ServedExchange } from '../core/exchange.ts';
import { costOf, withService } from '../core/money.ts';
import type { LedgerWriter, Settlement, TokenCounter } from '../core/ports.ts';
import type { ClientFacts, RequestDetails } from '../core/request-details.ts';
import type { Usage, UsageSource } from '../core/usage.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { countDelivered, type Meter } from './meter.ts';
import type { Plan } from './plan.ts';
import { tellable } from './relay.ts';
import type { AttemptLog } from './try-target.ts';

export interface Outcome {
  readonly exchange: ServedExchange;
  readonly request: ChatRequest;
  readonly plan: Plan;
  readonly log: AttemptLog;
  readonly meter: Meter;
  /** What ended the request early; `undefined` when the answer was delivered whole. */
  readonly thrown: unknown;
  readonly durationMs: number;
  /** As `HeldRequest.heldMs`. */
  readonly heldMs: number;
  readonly client: ClientFacts;
}

/** Resolves with what was written once it is durable. */
export async function settle(
  outcome: Outcome,
  ledger: LedgerWriter,
  counter: TokenCounter,
): Promise<Settlement> {
  const charged = chargedUsage(outcome, counter);
  const settlement = toSettlement(outcome, charged instanceof Promise ? await charged : charged);
  await ledger.settle(settlement);
  return settlement;
}

function toSettlement(outcome: Outcome, charged: ChargedUsage | undefined): Settlement {
  const { exchange, request, plan, log, meter, thrown } = outcome;
  // A hedged call that was not needed may be noted after the one that answered.
  const last =
    log.records.findLast((record) => record.error === undefined) ??
    log.records.findLast(({ status }) => status !== undefined && status < 300) ??
    log.records.at(-1);
  const [target] = plan.targets;
  const firstAt = meter.firstAt();
  const usage = charged && withService(charged.usage, request.service_tier, plan.price);
  return {
    id: exchange.id,
    state: log.reached ? 'settled' : 'released',
    provider: last?.provider ?? target.provider,
    upstreamModel: last?.upstreamModel ?? target.model,
    usage,
    usageSource: charged?.source,
    cost: usage ? costOf(usage, plan.price) : 0n,
    partial: thrown !== undefined && log.reached,
    error: errorOf(outcome),
    attempts: log.records,
    firstTokenMs: firstAt === undefined ? undefined : Math.round(firstAt - exchange.startedMonotonic),
    durationMs: Math.round(outcome.durationMs),
    details: detailsOf(outcome),
  };
}

function detailsOf({ exchange, meter, heldMs, client }: Outcome): RequestDetails {
  const lastAt = meter.lastAt();
  const lastTokenMs = lastAt === undefined ? undefined : lastAt - exchange.startedMonotonic;
  return { ...client, heldMs, lastTokenMs };
}

/** `capped`: the upstream wrote more than it was allowed, and was stopped. */
function errorOf({ thrown, meter }: Outcome): string | undefined {
  if (thrown !== undefined) return tellable(thrown)?.code ?? 'client_aborted';
  return meter.isCapped() ? 'capped' : undefined;
}

interface ChargedUsage {
  readonly usage: Usage;
  readonly source: UsageSource;
}

/**
 * What the client pays for: reported usage, else a count of prompt and delivered text. A failure of the gateway or the
 * upstream before anything was delivered costs the client nothing; leaving early costs the prompt. What an upstream
 * reported before it was done is a lower bound: the text delivered since is counted.
 */
function chargedUsage(
  { request, log, meter, thrown }: Outcome,
  counter: TokenCounter,
): Promise<ChargedUsage> | ChargedUsage | undefined {
  if (!log.reached) return undefined;
  const reported = meter.lastWord();
  if (reported) return { usage: reported, source: 'reported' };
  const delivered = meter.firstAt() !== undefined;
  if (thrown !== undefined && !(thrown instanceof ClientGone) && !delivered) return undefined;
  return countDelivered(request, meter, counter);
}
