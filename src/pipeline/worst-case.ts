// The worst a request can cost: its prompt at its longest and each choice at its cap, at the dearest prices that may apply.
import type { WorstCase } from '../core/limits.ts';
import { type PossibleClasses, type Price, worstPrices } from '../core/money.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import type { OutputCap } from './output-cap.ts';
import { mediaKindsOf } from './prompt/media-parts.ts';

/** What a column of the ledger holds: 64 bits, some 9 billion USD. */
const mostMoney = 2n ** 63n - 1n;
const perMillion = 1_000_000n;

/** `promptTokens`: an upper bound for every target. The same request always gives the same worst case. */
export function worstCase(
  request: ChatRequest,
  promptTokens: number,
  { cap, least, limited }: OutputCap,
  price: Price,
): WorstCase {
  const choices = request.n ?? 1;
  const { promptPrice, outputPrice } = worstPrices(
    price,
    promptTokens,
    request.service_tier,
    possibleClasses(request),
  );
  // What was predicted wrongly is billed as if it had been written, beside the cap.
  const predicted = BigInt(predictionBytes(request)) * outputPrice;
  const promptCost = smaller(BigInt(promptTokens) * promptPrice + predicted, mostMoney * perMillion);
  const perToken = BigInt(choices) * outputPrice;
  // A cap that no column could hold the price of is no cap anybody meant.
  const payable = perToken === 0n ? undefined : (mostMoney * perMillion - promptCost) / perToken;
  const outputCap = payable !== undefined && payable < BigInt(cap) ? Number(payable) : cap;
  return {
    promptTokens,
    outputCap,
    leastOutputCap: Math.min(least, outputCap),
    ...(limited === undefined ? undefined : { limitedOutputCap: Math.min(limited, outputCap) }),
    choices,
    promptCost,
    outputPrice,
  };
}

/** Tokens of a kind that the request has none of cannot be dear. Whether images come back is for the model to say. */
function possibleClasses(request: ChatRequest): PossibleClasses {
  const kinds = mediaKindsOf(request);
  const mayBeFile = kinds.has('file');
  return {
    audioInput: kinds.has('input_audio') || mayBeFile,
    imageInput: kinds.has('image_url') || mayBeFile,
    audioOutput: request.modalities?.includes('audio') === true,
  };
}

function predictionBytes({ prediction }: ChatRequest): number {
  const content = prediction?.content;
  if (content === undefined) return 0;
  if (typeof content === 'string') return Buffer.byteLength(content);
  return content.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
