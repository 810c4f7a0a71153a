// One function per business event -> log lines. Prompts, answers and keys are never among the fields.
import type { Logger } from 'pino';
import { TollgateError } from '../core/errors.ts';
import { formatUsd } from '../core/money.ts';
import type { RequestObserver } from '../core/ports.ts';

export function createRequestObserver(log: Logger): RequestObserver {
  return {
    refused(requestId, reason) {
      if (reason instanceof TollgateError) {
        const level = reason.status >= 500 ? 'warn' : 'debug';
        log[level](
          { request: requestId, error: reason.code, status: reason.status, cause: causeOf(reason) },
          'refused',
        );
      } else {
        log.debug({ request: requestId }, 'client left before its request was sent');
      }
    },
    settled(settlement, principal, reason) {
      const failed = reason instanceof TollgateError && reason.status >= 500;
      const level = failed ? 'warn' : 'debug';
      if (!log.isLevelEnabled(level)) return;
      const { attempts } = settlement;
      log[level](
        {
          request: settlement.id,
          key: principal.keyId,
          provider: settlement.provider,
          model: settlement.upstreamModel,
          state: settlement.state,
          usage: settlement.usage,
          costUsd: formatUsd(settlement.cost),
          firstTokenMs: settlement.firstTokenMs,
          durationMs: settlement.durationMs,
          error: settlement.error,
          cause: causeOf(reason),
          attempts: attempts.length > 1 || attempts[0]?.credential !== undefined ? attempts : undefined,
        },
        failed ? 'request failed' : 'request',
      );
    },
    unsettled(requestId, error) {
      log.error(
        { request: requestId, error: error.code, cause: causeOf(error) },
        'not settled; the row stays held',
      );
    },
  };
}

/** The first lines of what lay behind an error: for the operator, never for the client. */
function causeOf(reason: unknown): string | undefined {
  const cause = reason instanceof Error ? reason.cause : undefined;
  if (cause === undefined) return undefined;
  if (!(cause instanceof Error)) return String(cause).slice(0, 500);
  // An unexpected error is a bug of ours: its place matters. An upstream's refusal has no place worth a stack.
  const internal = reason instanceof TollgateError && reason.code === 'internal_error';
  return (internal ? (cause.stack ?? cause.message) : cause.message).slice(0, 2000);
}
