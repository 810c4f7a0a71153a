// What is said in the head of an answer that was given before, or goes to several clients.
import type { AnswerHead } from './answer-log.ts';

/** Of the first request's moment alone: its id, how its limits stood, and how long it took. */
const ofTheFirst = /^(x-request-id|x-ratelimit-.*|retry-after.*|openai-processing-ms)$/;

/** The headers that are kept with an answer. */
export function keptHeaders(headers: AnswerHead['headers']): AnswerHead['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheFirst.test(name)));
}

/** For whoever gets an answer that another request was given. `idempotent-replayed` as Stripe's API says it. */
export function replayHeaders(requestId: string, originalId: string): Record<string, string> {
  return {
    'x-request-id': requestId,
    'idempotent-replayed': 'true',
    'x-tollgate-original-request-id': originalId,
    'access-control-expose-headers': 'X-Request-ID, Idempotent-Replayed, X-Tollgate-Original-Request-ID',
  };
}
