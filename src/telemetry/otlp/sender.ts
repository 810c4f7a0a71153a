// Sends messages to an OTLP receiver. What it does not take in the time of one export is lost, and the log says so, once a minute at
// most: telemetry must not hold up what it tells of, the end of the process neither.
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Logger } from 'pino';
import { type Dispatcher, request } from 'undici';
import type { Clock } from '../../core/clock.ts';
import type { OtlpEncoding, OtlpTarget } from '../../core/otlp.ts';
import { readPartialSuccess } from './partial-success.ts';
import { encodeProtobuf } from './protobuf.ts';
import { shapes } from './protobuf-shapes.ts';

/** What may pass by itself. https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const retryable = new Set([429, 502, 503, 504]);
const pauseMs = 1_000;
const quietMs = 60_000;
/** All that is still sent when the process ends: whoever ends it waits for that, seldom longer than 10 s for everything. */
const endMs = 5_000;
const longestAnswer = 16_384;

const mediaTypes: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

export interface Sender {
  /** A message in its JSON form. Never rejects for what the receiver does; `false` = it is lost. */
  send(message: object): Promise<boolean>;
  /** From now on nothing is tried again, and all that is sent has five seconds together. */
  end(): void;
}

interface Failure {
  readonly reason: string;
  /** When it may go right; absent = never. */
  readonly againMs?: number;
}

export function createSender(
  kind: 'traces' | 'metrics',
  target: OtlpTarget,
  log: Logger,
  clock: Clock,
): Sender {
  const inJson = target.encoding === 'json';
  const headers = {
    'content-type': mediaTypes[target.encoding],
    'user-agent': 'tollgate-otlp',
    ...(target.gzip ? { 'content-encoding': 'gzip' } : {}),
    ...Object.fromEntries(Object.entries(target.headers).map(([name, value]) => [name, value.reveal()])),
  };
  const tellLost = quietly();
  const tellPartial = quietly();
  const ending = new AbortController();
  const ended = new AbortController();

  /** Once a minute is enough to know. */
  function quietly(): (facts: object, message: string) => void {
    let toldAt = Number.NEGATIVE_INFINITY;
    return (facts, message) => {
      const now = clock.monotonic();
      if (now - toldAt < quietMs) return;
      toldAt = now;
      log.warn({ signal: kind, ...facts }, message);
    };
  }

  async function attempt(body: string | Uint8Array, longestMs: number): Promise<Failure | undefined> {
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(longestMs), ended.signal]);
      const answer = await request(target.url, { method: 'POST', headers, body, signal });
      const { statusCode } = answer;
      const said = await readStart(answer.body);
      if (statusCode >= 300) {
        const againMs = retryable.has(statusCode) ? pauseOf(answer.headers['retry-after']) : undefined;
        return { reason: `status ${statusCode}`, ...(againMs === undefined ? {} : { againMs }) };
      }
      if (/^text\/html/i.test(String(answer.headers['content-type']))) {
        return { reason: 'it answers with a web page: that is no receiver of OTLP' };
      }
      const partial = readPartialSuccess(said, inJson);
      if (partial) tellPartial({ ...partial }, 'the OTLP endpoint does not take all of what it is sent');
      return undefined;
    } catch (error) {
      return { reason: reasonOf(error), againMs: pauseMs };
    }
  }

  function reasonOf(error: unknown): string {
    const { name, code, message } = error as NodeJS.ErrnoException;
    if (ended.signal.aborted) return 'no answer until the end';
    if (name === 'TimeoutError') return `no answer within ${target.timeoutMs} ms`;
    return typeof code === 'string' ? code : message;
  }

  return {
    async send(message) {
      const json = () => JSON.stringify(message);
      const plain = inJson ? json() : encodeProtobuf(message, shapes[kind]);
      const body = target.gzip ? await promisify(gzip)(plain) : plain;
      const until = clock.monotonic() + target.timeoutMs;
      let failure = await attempt(body, target.timeoutMs);
      const againMs = failure?.againMs ?? Number.POSITIVE_INFINITY;
      if (clock.monotonic() + againMs < until && (await waited(againMs, ending.signal))) {
        failure = await attempt(body, Math.max(Math.ceil(until - clock.monotonic()), 1));
      }
      if (!failure) return true;
      tellLost({ reason: failure.reason }, 'the OTLP endpoint does not take what it is sent; it is lost');
      return false;
    },
    end() {
      ending.abort();
      setTimeout(() => ended.abort(), Math.min(endMs, target.timeoutMs)).unref();
    },
  };
}

/** `false` = the end came first. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

/** `retry-after` in seconds or as a date (RFC 9110 section 10.2.3), in ms; a second where there is none. */
function pauseOf(header: string | readonly string[] | undefined): number {
  const text = String(header ?? '').trim();
  if (/^\d{1,9}$/.test(text)) return Math.max(Number(text) * 1000, pauseMs);
  const date = text === '' ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? pauseMs : Math.max(date - Date.now(), pauseMs);
}

/** Answers are a few bytes; of others, which mean nothing, no more than this is held. */
async function readStart(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > longestAnswer) return Buffer.alloc(0);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
