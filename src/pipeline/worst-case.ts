// The worst a request can cost: its prompt at its longest and each choice at its cap, at the dearest prices that may apply.
import type { WorstCase } from '../core/limits.ts';
import { type Price, worstPrices } from '../core/money.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import type { OutputCap } from './output-cap.ts';

/** What a column of the ledger holds: 64 bits, some 9 billion USD. */
const mostMoney = 2n ** 63n - 1n;
const perMillion = 1_000_000n;

/** `promptTokens`: an upper bound for every target. The same request always gives the same worst case. */
export function worstCase(
  request: ChatRequest,
  promptTokens: number,
  { cap, least }: OutputCap,
  price: Price,
): WorstCase {
  const choices = request.n ?? 1;
  const { promptPrice, outputPrice } = worstPrices(price, promptTokens, request.service_tier);
  const promptCost = smaller(BigInt(promptTokens) * promptPrice, mostMoney * perMillion);
  const perToken = BigInt(choices) * outputPrice;
  // A cap that no column could hold the price of is no cap anybody meant.
  const payable = perToken === 0n ? undefined : (mostMoney * perMillion - promptCost) / perToken;
  const outputCap = payable !== undefined && payable < BigInt(cap) ? Number(payable) : cap;
  return {
    promptTokens,
    outputCap,
    leastOutputCap: Math.min(least, outputCap),
    choices,
    promptCost,
    outputPrice,
  };
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
