// One request as telemetry sees it: filled by the pipeline while it goes on, read by whoever counts, logs or traces it. Holds
// no prompt, no answer and no key.
import type { ChatRequest } from '../wire/openai/chat-request.ts';

/** What of a client's request an observer may look at when it begins. */
export interface BeginningRequest {
  readonly id: string;
  /** Unix ms. */
  readonly startedAt: number;
  /** Monotonic ms. */
  readonly startedMonotonic: number;
  readonly incoming: { readonly headers: Readonly<Record<string, string | string[] | undefined>> };
}

/** The span of one call to an upstream. */
export interface AttemptTrace {
  /** For the upstream, so that its spans belong to this one: `traceparent`, `tracestate`. */
  readonly headers: Readonly<Record<string, string>>;
  /** `error`: catalogue code. Without one it has begun to answer, and ends with the next attempt or the request. */
  ended(outcome: { readonly status?: number | undefined; readonly error?: string | undefined }): void;
}

/** The trace of one request. */
export interface RequestTrace {
  attempt(target: { readonly provider: string; readonly model: string }): AttemptTrace;
}

/** Silence between the pieces of one answer, in ms. */
export interface ChunkGaps {
  /** Monotonic ms of the last piece; 0 = there was none. */
  last: number;
  longest: number;
  sum: number;
  count: number;
}

export interface ObservedRequest {
  readonly id: string;
  readonly startedAt: number;
  readonly startedMonotonic: number;
  keyId: string | undefined;
  /** Public name of a model of the configuration; `undefined` = none was named, or one nobody knows. */
  model: string | undefined;
  stream: boolean;
  /** Kept only for traces, which tell its parameters, never its content. */
  request: ChatRequest | undefined;
  /** Something was reserved for it: it ends as settled or unsettled. */
  held: boolean;
  over: boolean;
  readonly gaps: ChunkGaps | undefined;
  readonly trace: RequestTrace | undefined;
}

/** A piece of the answer is on its way to the client. */
export function noteChunk(gaps: ChunkGaps, now: number): void {
  if (gaps.last !== 0) {
    const gap = now - gaps.last;
    gaps.sum += gap;
    gaps.count++;
    if (gap > gaps.longest) gaps.longest = gap;
  }
  gaps.last = now;
}
