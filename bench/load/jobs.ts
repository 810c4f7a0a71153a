// What the load process can be told to do, and what it tells afterwards. Jobs and outcomes cross a process border as JSON.

import type { Mode } from '../wire.ts';
import { requestBody } from '../wire.ts';

/** Where and as whom to ask. */
export interface Target {
  /** `http://127.0.0.1:1234` */
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
}

interface Asking {
  readonly target: Target;
  readonly mode: Mode;
  readonly stream: boolean;
  /** What the mock upstream counts the requests as. */
  readonly id: string;
}

/** `closed`: each of `concurrency` connections asks again as soon as it is answered. */
export interface ClosedJob extends Asking {
  readonly kind: 'closed';
  readonly concurrency: number;
  readonly seconds: number;
}

/** `open`: `rate` requests per second come whether or not earlier ones were answered; a wait for a connection counts. */
export interface OpenJob extends Asking {
  readonly kind: 'open';
  readonly rate: number;
  readonly seconds: number;
}

/** `many`: `count` streams, `perSecond` of them begun each second, read to their end. */
export interface ManyJob extends Asking {
  readonly kind: 'many';
  readonly count: number;
  readonly perSecond: number;
}

export type Job = ClosedJob | OpenJob | ManyJob;

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface Outcome {
  readonly seconds: number;
  /** Right answers. */
  readonly answered: number;
  /** Answers that were not 200 with the expected content, and broken connections. */
  readonly wrong: number;
  /** The first of those. */
  readonly sample?: string;
  /** Milliseconds from the request (when it was due) to the last byte. */
  readonly latency: Quantiles;
  /** Of streams: milliseconds to the first delta, and between two deltas. */
  readonly firstDelta?: Quantiles;
  readonly gap?: Quantiles;
  /** CPU this process used itself, in microseconds. */
  readonly ownMicros: number;
}

export function requestBytes({ target, mode, stream, id }: Asking): Buffer {
  const body = requestBody({ mode, id, stream, model: target.model });
  const headers = {
    host: new URL(target.url).host,
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'OpenAI/JS',
    ...target.headers,
    'content-length': String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([`POST ${target.path} HTTP/1.1`, ...lines, '', body].join('\r\n'));
}
