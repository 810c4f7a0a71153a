// Sends one body to an OTLP receiver. What it does not take in two attempts is lost, and the log says so, once a minute at most:
// telemetry must not hold up what it tells of.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { request } from 'undici';
import type { Clock } from '../../core/clock.ts';
import type { OtlpTarget } from '../../core/otlp.ts';

/** What may pass by itself. https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const retryable = new Set([429, 502, 503, 504]);
const pauseMs = 1_000;
const quietMs = 60_000;

/** Never rejects; `false` = it is lost. */
export type Send = (body: string) => Promise<boolean>;

export function createSender(
  signal: 'traces' | 'metrics',
  target: OtlpTarget,
  log: Logger,
  clock: Clock,
): Send {
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'tollgate-otlp',
    ...Object.fromEntries(Object.entries(target.headers).map(([name, value]) => [name, value.reveal()])),
  };
  let toldAt = Number.NEGATIVE_INFINITY;

  /** What went wrong, and whether it may go right in a moment. */
  async function attempt(body: string): Promise<{ reason: string; again: boolean } | undefined> {
    try {
      const signal = AbortSignal.timeout(target.timeoutMs);
      const answer = await request(target.url, { method: 'POST', headers, body, signal });
      await answer.body.dump();
      if (answer.statusCode < 300) return undefined;
      return { reason: `status ${answer.statusCode}`, again: retryable.has(answer.statusCode) };
    } catch (error) {
      return { reason: (error as NodeJS.ErrnoException).code ?? (error as Error).name, again: true };
    }
  }

  return async function send(body) {
    let failure = await attempt(body);
    if (failure?.again) {
      await delay(pauseMs, undefined, { ref: false });
      failure = await attempt(body);
    }
    if (!failure) return true;
    const now = clock.monotonic();
    if (now - toldAt >= quietMs) {
      toldAt = now;
      log.warn(
        { signal, reason: failure.reason },
        'the OTLP endpoint does not take what it is sent; it is lost',
      );
    }
    return false;
  };
}
