// An answer as it grows: one step for each piece of its stream, each a new value, so that a page can show any of them. Times
// are monotonic ms of whoever reads the stream; this file has no clock.

/** Tokens as the wire reports them, at the end of a stream. */
export interface ReportedUsage {
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
  readonly reasoning?: number;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON as the model wrote it so far: it may be cut off, or be no JSON at all. */
  readonly arguments: string;
}

export interface AnswerError {
  readonly message: string;
  readonly code: string | null;
  readonly type?: string;
  /** HTTP status; absent = it came in the stream, or nothing came at all. */
  readonly status?: number;
  readonly param?: string | null;
}

export type AnswerStatus = 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed';

export interface Answer {
  readonly status: AnswerStatus;
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason?: string;
  readonly usage?: ReportedUsage;
  readonly error?: AnswerError;
  /** `x-request-id`: where the ledger has it. */
  readonly requestId?: string;
  /** `x-tollgate-served-by`. */
  readonly servedBy?: string;
  /** `x-tollgate-dropped-params`. */
  readonly droppedParams?: string;
  /** `x-tollgate-max-tokens`: the output cap that the gateway set. */
  readonly outputCap?: number;
  readonly startedAt: number;
  readonly firstTokenAt?: number;
  readonly reasoningFrom?: number;
  readonly reasoningUntil?: number;
  readonly endedAt?: number;
}

export function newAnswer(startedAt: number): Answer {
  return { status: 'waiting', text: '', reasoning: '', refusal: '', toolCalls: [], startedAt };
}

/** What is read of a chunk; anything else in it is left alone. */
export interface Chunk {
  readonly choices?: readonly {
    readonly index?: number;
    readonly delta?: {
      readonly content?: unknown;
      readonly reasoning_content?: unknown;
      readonly reasoning?: unknown;
      readonly refusal?: unknown;
      readonly tool_calls?: unknown;
    } | null;
    readonly finish_reason?: unknown;
  }[];
  readonly usage?: {
    readonly prompt_tokens?: number;
    readonly completion_tokens?: number;
    readonly prompt_tokens_details?: {
      readonly cached_tokens?: number;
      readonly cache_write_tokens?: number;
    } | null;
    readonly completion_tokens_details?: { readonly reasoning_tokens?: number } | null;
  } | null;
}

/** The answer with one chunk more. Only the first choice is read: the playground asks for one. */
export function withChunk(answer: Answer, chunk: Chunk, at: number): Answer {
  let next = answer;
  const choice = chunk.choices?.find(({ index = 0 }) => index === 0);
  const { delta } = choice ?? {};
  const text = textOf(delta?.content);
  const reasoning = textOf(delta?.reasoning_content) || textOf(delta?.reasoning);
  const refusal = textOf(delta?.refusal);
  const calls = Array.isArray(delta?.tool_calls) ? (delta.tool_calls as ToolCallDelta[]) : [];
  if (text || reasoning || refusal || calls.length > 0) {
    next = { ...next, status: 'streaming', firstTokenAt: next.firstTokenAt ?? at };
  }
  if (reasoning) {
    next = { ...next, reasoning: next.reasoning + reasoning, reasoningFrom: next.reasoningFrom ?? at };
  }
  if ((text || refusal || calls.length > 0) && next.reasoningFrom !== undefined) {
    next = { ...next, reasoningUntil: next.reasoningUntil ?? at };
  }
  if (text) next = { ...next, text: next.text + text };
  if (refusal) next = { ...next, refusal: next.refusal + refusal };
  if (calls.length > 0) next = { ...next, toolCalls: calls.reduce(withCall, next.toolCalls) };
  if (typeof choice?.finish_reason === 'string') next = { ...next, finishReason: choice.finish_reason };
  const usage = readUsage(chunk.usage);
  return usage ? { ...next, usage } : next;
}

/** Closes an answer; parts that were still open end with it. */
export function ended(
  answer: Answer,
  status: 'done' | 'stopped' | 'failed',
  at: number,
  error?: AnswerError,
): Answer {
  const open = answer.reasoningFrom !== undefined && answer.reasoningUntil === undefined;
  return {
    ...answer,
    status,
    endedAt: at,
    ...(open ? { reasoningUntil: at } : {}),
    ...(error ? { error } : {}),
  };
}

interface ToolCallDelta {
  readonly index?: number;
  readonly id?: string;
  readonly function?: { readonly name?: string; readonly arguments?: unknown };
}

/** The first piece of a call names it; later ones bring its arguments. */
function withCall(calls: readonly ToolCall[], delta: ToolCallDelta): readonly ToolCall[] {
  const at = delta.index ?? Math.max(calls.length - 1, 0);
  const before = calls[at] ?? { id: '', name: '', arguments: '' };
  const piece = delta.function?.arguments;
  const call = {
    id: before.id || (delta.id ?? ''),
    name: before.name || (delta.function?.name ?? ''),
    arguments:
      before.arguments + (typeof piece === 'string' ? piece : piece == null ? '' : JSON.stringify(piece)),
  };
  return at < calls.length ? calls.map((each, index) => (index === at ? call : each)) : [...calls, call];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function readUsage(usage: Chunk['usage']): ReportedUsage | undefined {
  if (!usage) return undefined;
  const { prompt_tokens: input, completion_tokens: output } = usage;
  if (typeof input !== 'number' || typeof output !== 'number') return undefined;
  const cachedInput = usage.prompt_tokens_details?.cached_tokens;
  const cacheWrite = usage.prompt_tokens_details?.cache_write_tokens;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  return {
    input,
    output,
    ...(cachedInput === undefined ? {} : { cachedInput }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}
