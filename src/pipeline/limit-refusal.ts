// A hold that a limit had no room for, told to the client: which limit, how it stands, what the request needs, and what to do.
// CONTRACT section 4, the rows on rate limits and quota.

import { TollgateError } from '../core/errors.ts';
import { type LimitRefusal, metersContent, type WorstCase } from '../core/limits.ts';
import { goDuration } from './durations.ts';
import {
  budgetInWords,
  type RefusedParty,
  rateInWords,
  resetInWords,
  scopeInWords,
  usdInWords,
} from './limit-words.ts';
import { refusedHeaders } from './rate-limit-headers.ts';

export interface RefusedRequest extends RefusedParty {
  readonly worst: WorstCase;
  /** Unix ms. */
  readonly now: number;
}

/** What an exhausted budget is answered with; 402 is what some clients show as "pay first". */
export type QuotaStatus = 402 | 429;

/** SDKs wait no longer by themselves. */
const longestWaitMs = 60_000;

export function limitError(
  refusal: LimitRefusal,
  request: RefusedRequest,
  quotaStatus: QuotaStatus = 429,
): TollgateError {
  const { retryAfterMs } = refusal;
  const helps = retryAfterMs !== undefined && retryAfterMs <= longestWaitMs;
  const options = {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    shouldRetry: helps,
    headers: refusedHeaders(refusal, request.now),
  };
  const advice = adviceOf(refusal, request);
  if (refusal.limit.metric === 'cost') {
    const code = quotaStatus === 402 ? 'budget_exhausted' : 'insufficient_quota';
    return new TollgateError(code, { ...options, values: { ...budgetValues(refusal, request), advice } });
  }
  const code = refusal.limit.metric === 'tokens' ? 'token_limit_exceeded' : 'rate_limit_exceeded';
  return new TollgateError(code, { ...options, values: { ...rateValues(refusal, request), advice } });
}

function rateValues(refusal: LimitRefusal, request: RefusedRequest): Readonly<Record<string, string>> {
  return {
    model: request.model,
    rate: rateInWords(refusal),
    scope: scopeInWords(refusal, request),
    limit: String(refusal.limit.amount),
    used: String(refusal.settled),
    held: String(refusal.held),
    requested: String(refusal.needed),
  };
}

function budgetValues(refusal: LimitRefusal, request: RefusedRequest): Readonly<Record<string, string>> {
  return {
    budget: budgetInWords(refusal),
    scope: scopeInWords(refusal, request),
    limit: usdInWords(refusal.limit.amount),
    spent: usdInWords(refusal.settled),
    held: usdInWords(refusal.held),
    needed: usdInWords(refusal.needed),
  };
}

/** The sentences behind the numbers: when there is room again, or what would fit now. */
function adviceOf(refusal: LimitRefusal, request: RefusedRequest): string {
  const { limit, retryAfterMs, resetsAt, needed, settled } = refusal;
  const sentences: string[] = [];
  const fitting = fittingCap(refusal, request.worst);
  if (fitting !== undefined) {
    sentences.push(`With \`max_completion_tokens\` of at most ${fitting} it would fit now.`);
  } else if (needed > limit.amount) {
    sentences.push(
      metersContent(limit)
        ? 'The request needs more than the limit allows at all: make it smaller.'
        : 'The limit allows none at all.',
    );
  }
  if (retryAfterMs !== undefined && retryAfterMs <= longestWaitMs) {
    const mayGiveBack = limit.metric === 'cost' && settled + needed <= limit.amount;
    const why = mayGiveBack ? 'Requests under way may give back what they hold. ' : '';
    sentences.push(`${why}Please try again in ${goDuration(retryAfterMs)}.`);
  }
  if (resetsAt !== undefined) {
    sentences.push(`It resets on ${resetInWords(resetsAt, limit.timeZone, request.now)}.`);
  } else if (limit.window === 'lifetime' && limit.metric !== 'concurrent' && retryAfterMs === undefined) {
    sentences.push('It does not reset; ask the operator of this gateway to raise it.');
  }
  return sentences.length === 0 ? '' : ` ${sentences.join(' ')}`;
}

/** A cap worth having, where the client's own was too large. */
const leastOffered = 16;

function fittingCap({ limit, settled, held }: LimitRefusal, worst: WorstCase): number | undefined {
  const room = limit.amount - settled - held;
  const choices = BigInt(worst.choices);
  let cap: bigint;
  if (limit.metric === 'tokens') cap = (room - BigInt(worst.promptTokens)) / choices;
  else if (limit.metric === 'cost' && worst.outputPrice > 0n)
    cap = (room * 1_000_000n - worst.promptCost) / (choices * worst.outputPrice);
  else return undefined;
  return cap >= BigInt(leastOffered) && cap < BigInt(worst.leastOutputCap) ? Number(cap) : undefined;
}
