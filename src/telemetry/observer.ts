// One function per business event -> log lines, numbers and spans. Prompts, answers, headers and keys are never among the fields.
import type { Logger } from 'pino';
import { TollgateError } from '../core/errors.ts';
import { formatUsd } from '../core/money.ts';
import type { ObservedRequest } from '../core/observed-request.ts';
import type { RequestObserver } from '../core/ports.ts';
import type { RequestMetrics } from './metrics/request-metrics.ts';
import type { Tracer } from './tracer.ts';

export interface ObserverParts {
  readonly log: Logger;
  readonly metrics: RequestMetrics;
  /** Absent where no traces are wanted. */
  readonly tracer?: Tracer | undefined;
}

export interface Observer extends RequestObserver {
  /** A request was refused at the door. */
  overloaded(reason: string): void;
  /** The execution of a request with an `Idempotency-Key` came to nothing; its clients are told so by their own requests. */
  notExecuted(requestId: string, reason: unknown): void;
}

export function createRequestObserver({ log, metrics, tracer }: ObserverParts): Observer {
  return {
    began(beginning) {
      metrics.began();
      const { id, startedAt, startedMonotonic } = beginning;
      return {
        id,
        startedAt,
        startedMonotonic,
        keyId: undefined,
        model: undefined,
        stream: false,
        request: undefined,
        held: false,
        over: false,
        gaps: metrics.gaps(),
        trace: tracer?.begin(beginning),
      };
    },
    held(request) {
      request.held = true;
      metrics.held(request);
    },
    limited: (limit) => metrics.limited(limit),
    overloaded: (reason) => metrics.overloaded(reason),
    refused(request, reason) {
      const error = reason instanceof TollgateError ? reason : undefined;
      metrics.ended(request, error?.status, error?.code);
      tracer?.ended(request, error?.status, error?.code);
      logRefusal(log, { request: request.id, ...whoOf(request) }, reason);
    },
    notExecuted: (request, reason) => logRefusal(log, { request }, reason),
    answered(request, status) {
      metrics.ended(request, status, undefined);
      tracer?.ended(request, status, undefined);
      log.info(
        { request: request.id, ...whoOf(request), status },
        'request, answered by the execution of another',
      );
    },
    settled(request, settlement, reason) {
      metrics.settled(request, settlement, reason);
      tracer?.settled(request, settlement, reason);
      const failed = reason instanceof TollgateError && reason.status >= 500;
      const level = failed ? 'warn' : 'info';
      if (!log.isLevelEnabled(level)) return;
      const { attempts } = settlement;
      const inDetail = log.isLevelEnabled('debug');
      log[level](
        {
          request: settlement.id,
          ...whoOf(request),
          stream: request.stream,
          provider: settlement.provider,
          upstreamModel: settlement.upstreamModel,
          state: settlement.state,
          status: reason === undefined ? 200 : reason instanceof TollgateError ? reason.status : undefined,
          usage: settlement.usage,
          costUsd: formatUsd(settlement.cost),
          firstTokenMs: settlement.firstTokenMs,
          durationMs: settlement.durationMs,
          error: settlement.error,
          cause: failed || inDetail ? causeOf(reason) : undefined,
          attempts: inDetail || attempts.length > 1 || attempts[0]?.credential ? attempts : undefined,
        },
        failed ? 'request failed' : 'request',
      );
    },
    unsettled(request, error) {
      metrics.unsettled(request);
      tracer?.ended(request, error.status, error.code);
      log.error(
        { request: request.id, error: error.code, cause: causeOf(error) },
        'not settled; the row stays held',
      );
    },
  };
}

function whoOf({ keyId, model }: ObservedRequest) {
  return { key: keyId, model };
}

function logRefusal(log: Logger, fields: { readonly request: string }, reason: unknown): void {
  if (reason instanceof TollgateError) {
    const level = reason.status >= 500 ? 'warn' : 'info';
    if (!log.isLevelEnabled(level)) return;
    // What lies behind a refusal may repeat what the client sent: only for who asks for detail.
    const cause = level === 'warn' || log.isLevelEnabled('debug') ? causeOf(reason) : undefined;
    log[level]({ ...fields, error: reason.code, status: reason.status, cause }, 'refused');
  } else {
    log.info(fields, 'client left before its request was sent');
  }
}

/** The first lines of what lay behind an error: for the operator, never for the client. */
function causeOf(reason: unknown): string | undefined {
  const cause = reason instanceof Error ? reason.cause : undefined;
  if (cause === undefined) return undefined;
  if (!(cause instanceof Error)) return String(cause).slice(0, 500);
  // An unexpected error is a bug of ours: its place matters. An upstream's refusal has no place worth a stack.
  const internal = reason instanceof TollgateError && reason.code === 'internal_error';
  return withoutExcerpt(internal ? (cause.stack ?? cause.message) : cause.message).slice(0, 2000);
}

/** V8 quotes what it could not parse as JSON: part of a request, or of an answer. */
function withoutExcerpt(message: string): string {
  return message.replace(/(?:, )?(?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON/s, ' is not valid JSON');
}
