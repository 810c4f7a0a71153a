// Stage 5: the worst case of the request, reserved durably before anything is sent upstream.
import type { Exchange } from '../core/exchange.ts';
import { costOf, type NanoUsd, type Price } from '../core/money.ts';
import type { LedgerWriter } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import type { Plan } from './plan.ts';

/** Output reserved for a model whose limit nobody stated. */
const unstatedOutputCap = 4096;
/** Tokens that no model writes in one answer, whatever cap a client sends. */
const mostOutput = 10_000_000;
/** What a column of the ledger holds: 64 bits, some 9 billion USD. */
const mostMoney = 2n ** 63n - 1n;

/** Returns once the `held` row is committed. Errors: those of `LedgerWriter.hold`. */
export function hold(
  exchange: Exchange,
  request: ChatRequest,
  bodyBytes: number,
  principal: Principal,
  plan: Plan,
  ledger: LedgerWriter,
): Promise<void> {
  const [target] = plan.targets;
  return ledger.hold({
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

/**
 * A token is at least one byte of the body, so its size bounds the prompt from above; output by the cap, per choice. A
 * cap beyond what the model can write reserves no more than that.
 */
function worstCase(
  request: ChatRequest,
  bodyBytes: number,
  price: Price,
  modelCap: number | undefined,
): NanoUsd {
  const wanted = request.max_completion_tokens ?? request.max_tokens ?? modelCap ?? unstatedOutputCap;
  const cap = Math.min(wanted, modelCap ?? mostOutput);
  const worst = costOf({ input: bodyBytes, output: cap * (request.n ?? 1) }, price);
  return worst < mostMoney ? worst : mostMoney;
}
