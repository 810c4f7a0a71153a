// The answer to a request that is not taken: as every error answer, but made without the exchange, the router and the headers of
// a request that is. Under load it is written thousands of times a second, and what it costs is missing elsewhere.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IdSource } from '../core/clock.ts';
import { TollgateError, toErrorBody } from '../core/errors.ts';
import { commonHeaders, dropRest, retryHeaders } from '../pipeline/respond.ts';
import { UsualAnswer } from './usual/answer.ts';

export type RefusalReason = 'busy' | 'full';

const reasons: Readonly<Record<RefusalReason, string>> = {
  busy: 'more requests arrive than it can process',
  full: 'as many requests are open as it takes at a time',
};

/** Clients come back spread over this time, in ms. */
const earliestMs = 1000;
const latestMs = 3000;
/** How many different waits there are. */
const waits = 32;

/** What a request may be answered by. */
export type Answered = ServerResponse | UsualAnswer;

interface Prepared {
  readonly headers: readonly string[];
  /** The same as they are sent. */
  readonly lines: string;
  readonly body: string;
}

export function createRefusal(newRequestId: IdSource, random: () => number) {
  const prepared = { busy: prepareAll('busy'), full: prepareAll('full') };
  /** Refused in this turn of the event loop. */
  let refused: IncomingMessage[] = [];

  /** Most bodies came with their heads and are gone by the end of the turn; the others are read and dropped. */
  function dropBodies(): void {
    const incomplete = refused.filter((incoming) => !incoming.complete);
    refused = [];
    for (const incoming of incomplete) dropRest(incoming);
  }

  return function refuse(outgoing: Answered, reason: RefusalReason): void {
    const { headers, lines, body } = prepared[reason][Math.floor(random() * waits)] as Prepared;
    if (outgoing instanceof UsualAnswer) {
      outgoing.endPrepared(503, `x-request-id: ${newRequestId()}\r\n${lines}`, body);
      return;
    }
    outgoing.writeHead(503, ['x-request-id', newRequestId(), ...headers]);
    outgoing.end(body);
    if (refused.push(outgoing.req) === 1) setImmediate(dropBodies);
  };
}

function prepareAll(reason: RefusalReason): readonly Prepared[] {
  const step = (latestMs - earliestMs) / (waits - 1);
  return Array.from({ length: waits }, (_, index) => prepare(reason, earliestMs + index * step));
}

function prepare(reason: RefusalReason, retryAfterMs: number): Prepared {
  const seconds = Math.ceil(retryAfterMs / 1000);
  const retry = ` in ${seconds} second${seconds === 1 ? '' : 's'}`;
  const values = { reason: reasons[reason], retry };
  const error = new TollgateError('overloaded', { values, retryAfterMs, shouldRetry: true });
  const body = JSON.stringify(toErrorBody(error));
  const { 'x-request-id': _own, ...common } = commonHeaders('');
  const headers = {
    ...common,
    ...retryHeaders(error),
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  };
  const fields = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return { headers: fields.flat(), lines: fields.map((field) => `${field.join(': ')}\r\n`).join(''), body };
}
