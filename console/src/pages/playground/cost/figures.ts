// The figures under an answer, from the first token to the ledger's row: which are exact and which are estimates is part of them.
import type { Charge } from '../conversation/session.ts';
import type { Answer } from '../stream/answer.ts';
import { estimateTokens } from './estimate-tokens.ts';
import { costOf, type TieredRates } from './rates.ts';

export interface Figures {
  readonly firstTokenMs?: number;
  readonly durationMs: number;
  readonly reasoningMs?: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens?: number;
  readonly cachedTokens?: number;
  /** The gateway counted the tokens, since the provider reported none. */
  readonly countedByGateway?: boolean;
  /** Whether the tokens are a guess of this page. */
  readonly tokensEstimated: boolean;
  /** Output tokens per second from the first to the last; absent while there is too little to tell. */
  readonly tokensPerSecond?: number;
  /** Nano-USD; absent = the price is not known. */
  readonly cost?: bigint;
  /** `exact`: the ledger's. `computed`: from the tokens that were reported. `estimated`: from a guess of the tokens. */
  readonly costFrom?: 'exact' | 'computed' | 'estimated';
}

/** Shorter is a matter of how the network cuts the stream, not of the model. */
const shortestMs = 200;

export function figuresOf(
  answer: Answer,
  now: number,
  {
    promptTokens,
    rates,
    charge,
  }: {
    /** Estimate, for as long as none is reported. */
    readonly promptTokens: number;
    readonly rates?: TieredRates | undefined;
    readonly charge?: Charge | undefined;
  },
): Figures {
  const { startedAt, firstTokenAt, reasoningFrom, usage } = answer;
  const end = answer.endedAt ?? now;
  const tokens = usage ?? {
    input: charge?.inputTokens ?? promptTokens,
    output: charge?.outputTokens ?? deliveredTokens(answer),
  };
  const spanMs = firstTokenAt === undefined ? 0 : end - firstTokenAt;
  const known = usage !== undefined || charge?.outputTokens !== undefined;
  return {
    ...(firstTokenAt === undefined ? {} : { firstTokenMs: firstTokenAt - startedAt }),
    durationMs: end - startedAt,
    ...(reasoningFrom === undefined ? {} : { reasoningMs: (answer.reasoningUntil ?? end) - reasoningFrom }),
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    ...(usage?.reasoning ? { reasoningTokens: usage.reasoning } : {}),
    ...(usage?.cachedInput ? { cachedTokens: usage.cachedInput } : {}),
    ...(charge?.usageSource === 'estimated' ? { countedByGateway: true } : {}),
    tokensEstimated: !known,
    ...(spanMs >= shortestMs && tokens.output > 1
      ? { tokensPerSecond: (tokens.output * 1000) / spanMs }
      : {}),
    ...costFigures(tokens, known, rates, charge),
  };
}

function costFigures(
  tokens: Parameters<typeof costOf>[0],
  known: boolean,
  rates: TieredRates | undefined,
  charge: Charge | undefined,
): Pick<Figures, 'cost' | 'costFrom'> {
  if (charge?.costNanoUsd != null) return { cost: BigInt(charge.costNanoUsd), costFrom: 'exact' };
  if (!rates) return {};
  return { cost: costOf(tokens, rates), costFrom: known ? 'computed' : 'estimated' };
}

function deliveredTokens({ text, reasoning, refusal, toolCalls }: Answer): number {
  const calls = toolCalls.map(({ name, arguments: json }) => name + json).join('');
  return estimateTokens(text) + estimateTokens(reasoning) + estimateTokens(refusal + calls);
}
