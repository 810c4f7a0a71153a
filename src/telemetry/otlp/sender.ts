// Sends messages to an OTLP receiver. What it does not take in two attempts is lost, and the log says so, once a minute at most:
// telemetry must not hold up what it tells of.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { request } from 'undici';
import type { Clock } from '../../core/clock.ts';
import type { OtlpEncoding, OtlpTarget } from '../../core/otlp.ts';
import { encodeProtobuf } from './protobuf.ts';
import { shapes } from './protobuf-shapes.ts';

/** What may pass by itself. https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const retryable = new Set([429, 502, 503, 504]);
const pauseMs = 1_000;
const quietMs = 60_000;

const mediaTypes: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** A message in its JSON form. Never rejects for what the receiver does; `false` = it is lost. */
export type Send = (message: object) => Promise<boolean>;

export function createSender(
  kind: 'traces' | 'metrics',
  target: OtlpTarget,
  log: Logger,
  clock: Clock,
): Send {
  const inJson = target.encoding === 'json';
  const headers = {
    'content-type': mediaTypes[target.encoding],
    'user-agent': 'tollgate-otlp',
    ...Object.fromEntries(Object.entries(target.headers).map(([name, value]) => [name, value.reveal()])),
  };
  let toldAt = Number.NEGATIVE_INFINITY;

  /** What went wrong, and whether it may go right in a moment. */
  async function attempt(message: object): Promise<{ reason: string; again: boolean } | undefined> {
    try {
      const body = inJson ? JSON.stringify(message) : encodeProtobuf(message, shapes[kind]);
      const signal = AbortSignal.timeout(target.timeoutMs);
      const answer = await request(target.url, { method: 'POST', headers, body, signal });
      await answer.body.dump();
      if (answer.statusCode < 300) return undefined;
      return { reason: `status ${answer.statusCode}`, again: retryable.has(answer.statusCode) };
    } catch (error) {
      return { reason: (error as NodeJS.ErrnoException).code ?? (error as Error).name, again: true };
    }
  }

  return async function send(message) {
    let failure = await attempt(message);
    if (failure?.again) {
      await delay(pauseMs, undefined, { ref: false });
      failure = await attempt(message);
    }
    if (!failure) return true;
    const now = clock.monotonic();
    if (now - toldAt >= quietMs) {
      toldAt = now;
      log.warn(
        { signal: kind, reason: failure.reason },
        'the OTLP endpoint does not take what it is sent; it is lost',
      );
    }
    return false;
  };
}
