// How many tokens a request may write: the client's cap, the model's, or one the gateway sets because a limit applies.
// Pure; what the limits afford is decided with the hold.
import type { PublicModel } from '../core/ports.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';

/** Tokens that no model writes in one answer, whatever cap a client sends. */
const mostOutput = 10_000_000;
/** Where nobody says how much the model may write, and nothing limits the request. */
const unlimitedOutput = 1_000_000;
/** The same where a limit of cost or tokens applies to the request: it is then sent upstream too. */
const unstatedOutput = 4_096;
/** Fewer tokens are no answer: a request that affords no more is refused. */
const leastOutput = 16;

export interface OutputCap {
  /** Most tokens each choice may have. */
  readonly cap: number;
  /** How far limits may lower it: not at all where the client set it. */
  readonly least: number;
  /** In its place where a limit of cost or tokens applies. */
  readonly limited?: number;
}

export function outputCapOf(
  request: ChatRequest,
  model: Pick<PublicModel, 'maxOutputTokens' | 'contextWindow'>,
): OutputCap {
  const { maxOutputTokens } = model;
  const wanted = request.max_completion_tokens ?? request.max_tokens ?? undefined;
  if (wanted !== undefined) {
    const cap = Math.min(wanted, maxOutputTokens ?? mostOutput);
    return { cap, least: cap };
  }
  const cap = maxOutputTokens ?? model.contextWindow ?? unlimitedOutput;
  const least = Math.min(leastOutput, cap);
  return maxOutputTokens === undefined
    ? { cap, least, limited: Math.min(unstatedOutput, cap) }
    : { cap, least };
}
