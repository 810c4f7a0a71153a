// Stage 5: the worst case of the request, reserved durably before anything is sent upstream.
import type { Clock } from '../core/clock.ts';
import type { ServedExchange } from '../core/exchange.ts';
import type { IdempotencyClaim } from '../core/idempotency.ts';
import { LimitExceeded } from '../core/limits.ts';
import type { Held, HoldEntry, LedgerWriter, RequestObserver, TokenCounter } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { limitError, type QuotaStatus } from './limit-refusal.ts';
import { outputCapOf } from './output-cap.ts';
import type { Plan } from './plan.ts';
import { promptBound } from './prompt/prompt-bound.ts';
import { worstCase } from './worst-case.ts';

/** A committed hold, and what it means for the call. */
export interface HeldRequest extends Held {
  /** The cap the upstream has to be told, because the client set none or a larger one; absent = the client's, or none. */
  readonly sentCap?: number;
  /** Ms since the request was received: the hold was committed. */
  readonly heldMs: number;
}

export interface HoldOptions {
  readonly exchange: ServedExchange;
  readonly request: ChatRequest;
  readonly bodyBytes: number;
  readonly principal: Principal;
  readonly plan: Plan;
  readonly claim?: IdempotencyClaim | undefined;
}

export interface HoldPorts {
  readonly ledger: LedgerWriter;
  readonly counter: TokenCounter;
  readonly observer: Pick<RequestObserver, 'limited'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly quotaStatus?: QuotaStatus | undefined;
}

/**
 * Returns once the `held` row is committed. Errors: `rate_limit_exceeded`, `token_limit_exceeded`, `insufficient_quota` (or
 * `budget_exhausted`) when a limit has no room, and those of `LedgerWriter.hold`.
 */
export async function hold(options: HoldOptions, ports: HoldPorts): Promise<HeldRequest> {
  const { exchange, request, bodyBytes, principal, plan } = options;
  const { ledger, counter } = ports;
  const [target] = plan.targets;
  const metered = ledger.metersContent();
  const cap = outputCapOf(request, plan.model);
  const bound = promptBound(
    {
      request,
      bodyBytes,
      upstreamModels: plan.targets.map(({ model }) => model),
      contextWindow: plan.model.contextWindow,
    },
    metered ? counter : undefined,
  );
  const promptTokens = typeof bound === 'number' ? bound : await bound;
  const endUser = endUserOf(request);
  const worst = worstCase(request, promptTokens, cap, plan.price);
  const entry: HoldEntry = {
    id: exchange.id,
    keyId: principal.keyId,
    projectId: principal.projectId,
    organizationId: principal.organizationId,
    endUser,
    model: plan.model.name,
    provider: target.provider,
    upstreamModel: target.model,
    priceVersion: plan.price.version,
    worst,
    stream: request.stream === true,
    startedAt: exchange.startedAt,
    claim: options.claim,
  };
  const held = await ledger.hold(entry).catch((thrown: unknown) => {
    if (!(thrown instanceof LimitExceeded)) throw thrown;
    ports.observer.limited(thrown.refusal.limit);
    const refused = { principal, model: plan.model.name, endUser, worst, now: exchange.startedAt };
    throw limitError(thrown.refusal, refused, ports.quotaStatus);
  });
  const { outputCap } = held.reserved;
  const heldMs = ports.clock.monotonic() - exchange.startedMonotonic;
  return { ...held, heldMs, ...(outputCap < cap.cap ? { sentCap: outputCap } : undefined) };
}

/** Longest name of an end user that limits tell apart: it is stored with every row. */
const longestEndUser = 256;

function endUserOf({ safety_identifier: identifier, user }: ChatRequest): string | undefined {
  return (identifier || user || undefined)?.slice(0, longestEndUser);
}
