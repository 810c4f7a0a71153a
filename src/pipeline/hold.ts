// Stage 5: the worst case of the request, reserved durably before anything is sent upstream.
import type { Exchange } from '../core/exchange.ts';
import { costOf, type NanoUsd, type Price } from '../core/money.ts';
import type { LedgerWriter } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import type { Plan } from './plan.ts';

/** Output reserved for a model whose limit nobody stated. */
const unstatedOutputCap = 4096;

/** Returns once the `held` row is committed. Errors: those of `LedgerWriter.hold`. */
export async function hold(
  exchange: Exchange,
  request: ChatRequest,
  bodyBytes: number,
  principal: Principal,
  plan: Plan,
  ledger: LedgerWriter,
): Promise<void> {
  const [target] = plan.targets;
  await ledger.hold({
    id: exchange.id,
    keyId: principal.keyId,
    projectId: principal.projectId,
    model: plan.model.name,
    provider: target.provider,
    upstreamModel: target.model,
    priceVersion: plan.price.version,
    hold: worstCase(request, bodyBytes, plan.price, plan.model.maxOutputTokens),
    stream: request.stream === true,
    startedAt: exchange.startedAt,
  });
}

/** A token is at least one byte of the body, so its size bounds the prompt from above; output by the cap, per choice. */
function worstCase(
  request: ChatRequest,
  bodyBytes: number,
  price: Price,
  modelCap: number | undefined,
): NanoUsd {
  const cap = request.max_completion_tokens ?? request.max_tokens ?? modelCap ?? unstatedOutputCap;
  return costOf({ input: bodyBytes, output: cap * (request.n ?? 1) }, price);
}
