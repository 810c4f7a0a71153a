// Stage 5: the worst case of the request, reserved durably before anything is sent upstream.
import type { Exchange } from '../core/exchange.ts';
import type { Held, LedgerWriter, TokenCounter } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { outputCapOf } from './output-cap.ts';
import type { Plan } from './plan.ts';
import { promptBound } from './prompt/prompt-bound.ts';
import { worstCase } from './worst-case.ts';

/** A committed hold, and what it means for the call. */
export interface HeldRequest extends Held {
  /** The cap the upstream has to be told, because the client set none or a larger one; absent = the client's, or none. */
  readonly sentCap?: number;
}

/** Returns once the `held` row is committed. Errors: those of `LedgerWriter.hold`. */
export async function hold(
  exchange: Exchange,
  request: ChatRequest,
  bodyBytes: number,
  principal: Principal,
  plan: Plan,
  ledger: LedgerWriter,
  counter: TokenCounter,
): Promise<HeldRequest> {
  const [target] = plan.targets;
  const metered = ledger.metersContent();
  const cap = outputCapOf(request, plan.model, metered);
  const promptTokens = await promptBound(
    {
      request,
      bodyBytes,
      upstreamModels: plan.targets.map(({ model }) => model),
      contextWindow: plan.model.contextWindow,
    },
    metered ? counter : undefined,
  );
  const held = await ledger.hold({
    id: exchange.id,
    keyId: principal.keyId,
    projectId: principal.projectId,
    organizationId: principal.organizationId,
    endUser: endUserOf(request),
    model: plan.model.name,
    provider: target.provider,
    upstreamModel: target.model,
    priceVersion: plan.price.version,
    worst: worstCase(request, promptTokens, cap, plan.price),
    stream: request.stream === true,
    startedAt: exchange.startedAt,
  });
  const { outputCap } = held.reserved;
  return cap.send || outputCap < cap.cap ? { ...held, sentCap: outputCap } : held;
}

/** Longest name of an end user that limits tell apart: it is stored with every row. */
const longestEndUser = 256;

function endUserOf({ safety_identifier: identifier, user }: ChatRequest): string | undefined {
  return (identifier || user || undefined)?.slice(0, longestEndUser);
}
