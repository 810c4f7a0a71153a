// W3C Trace Context: whose trace a request belongs to, and whether it is one of those that are told of.
// https://www.w3.org/TR/trace-context/
import { randomBytes } from 'node:crypto';
import type { BeginningRequest } from '../../core/observed-request.ts';
import type { TraceSampling } from '../../core/otlp.ts';

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Of the client's span; absent where the trace begins here. */
  readonly parentId?: string;
  /** What the client's own tracing wants passed on, as it came. */
  readonly state?: string;
  readonly sampled: boolean;
}

/** Longest `tracestate` that is passed on; more than the standard asks for. */
const longestState = 1024;
const traceparent = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

export function traceContextOf(
  headers: BeginningRequest['incoming']['headers'],
  sampling: TraceSampling,
  random: (bytes: number) => string = randomHex,
): TraceContext {
  const { traceparent: parent, tracestate: state } = headers;
  const match = typeof parent === 'string' ? traceparent.exec(parent.trim()) : null;
  const [, version, traceId = '', parentId = '', flags = '', more] = match ?? [];
  const known =
    match !== null &&
    version !== 'ff' &&
    !(version === '00' && more !== undefined) &&
    !/^0+$/.test(traceId) &&
    !/^0+$/.test(parentId);
  if (!known) {
    const own = random(16);
    return { traceId: own, sampled: chosen(own, sampling.ratio) };
  }
  const theirs = (Number.parseInt(flags, 16) & 1) === 1;
  const passed = typeof state === 'string' && state.length <= longestState && isTraceState(state);
  return {
    traceId,
    parentId,
    ...(passed ? { state } : {}),
    sampled: sampling.parent ? theirs : chosen(traceId, sampling.ratio),
  };
}

const stateMember =
  /^(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const mostStateMembers = 32;

/** What is malformed is not passed on: whoever reads it would throw it away with the rest (section 3.3.1). */
function isTraceState(state: string): boolean {
  const members = state.split(',').flatMap((member) => member.trim() || []);
  return (
    members.length > 0 &&
    members.length <= mostStateMembers &&
    members.every((member) => stateMember.test(member))
  );
}

/** The headers that make what an upstream does a child of the span. */
export function contextHeaders(context: TraceContext, spanId: string): Record<string, string> {
  const header = `00-${context.traceId}-${spanId}-${context.sampled ? '01' : '00'}`;
  return { traceparent: header, ...(context.state ? { tracestate: context.state } : {}) };
}

export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

/** By the last 56 bits of the id, so that everyone in a trace who samples by the same ratio chooses alike. */
function chosen(traceId: string, ratio: number): boolean {
  if (ratio >= 1) return true;
  return Number.parseInt(traceId.slice(-14), 16) < ratio * 2 ** 56;
}
