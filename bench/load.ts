// The clients: a process that keeps a fixed number of connections busy, one request at a time on each, and checks
// every answer. Straight on the socket, since a full HTTP client would cost more than what is measured.
// Jobs come and outcomes go over IPC.
import { connect } from 'node:net';
import { quantile } from './statistics.ts';
import { looksRight, requestBody } from './wire.ts';

export interface Job {
  /** `http://127.0.0.1:1234` */
  readonly url: string;
  readonly apiKey: string;
  readonly concurrency: number;
  readonly requests: number;
  readonly stream: boolean;
  /** The upstream takes its time to answer. */
  readonly thoughtful?: boolean;
}

export interface Outcome {
  readonly seconds: number;
  /** From the request's bytes to the last of the answer, in ms. */
  readonly p50: number;
  readonly p99: number;
  /** Answers that were not 200 with the expected content. */
  readonly wrong: number;
  /** The first of those. */
  readonly sample?: string;
  readonly error?: string;
}

const chunkedEnd = Buffer.from('0\r\n\r\n');

function run(job: Job): Promise<Outcome> {
  const { hostname, port } = new URL(job.url);
  const request = requestBytes(job);
  const latencies = new Float64Array(job.requests);
  let started = 0;
  let finished = 0;
  let wrong = 0;
  let sample: string | undefined;

  function client(done: () => void, failed: (error: Error) => void): void {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let pieces: Buffer[] = [];
    let begun = 0;

    function next(): void {
      if (started === job.requests) {
        socket.end();
        return;
      }
      started++;
      pieces = [];
      begun = performance.now();
      socket.write(request);
    }

    socket.on('connect', next);
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece);
      if (!isComplete(pieces)) return;
      latencies[finished++] = performance.now() - begun;
      const answer = Buffer.concat(pieces);
      if (!looksRight(answer, job.stream)) {
        wrong++;
        sample ??= answer.toString();
      }
      next();
    });
    socket.on('error', failed);
    socket.on('close', () => (started === job.requests ? done() : failed(new Error('connection closed'))));
  }

  const begun = performance.now();
  const clients = Array.from(
    { length: Math.min(job.concurrency, job.requests) },
    () => new Promise<void>((resolve, reject) => client(resolve, reject)),
  );
  return Promise.all(clients).then(() => {
    const seconds = (performance.now() - begun) / 1000;
    const sorted = latencies.sort();
    const times = { seconds, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
    return { ...times, wrong: wrong + job.requests - finished, ...(sample === undefined ? {} : { sample }) };
  });
}

function requestBytes({ url, apiKey, stream, thoughtful }: Job): Buffer {
  const body = requestBody(stream, thoughtful);
  return Buffer.from(
    [
      'POST /v1/chat/completions HTTP/1.1',
      `host: ${new URL(url).host}`,
      `authorization: Bearer ${apiKey}`,
      'accept: application/json',
      'content-type: application/json',
      'user-agent: OpenAI/JS',
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

/** By its announced length, or by the last chunk of a chunked answer. */
function isComplete(pieces: readonly Buffer[]): boolean {
  const last = pieces.at(-1) as Buffer;
  const tail = last.length < 5 ? Buffer.concat(pieces).subarray(-5) : last.subarray(-5);
  if (tail.equals(chunkedEnd)) return true;
  const first = pieces[0] as Buffer;
  const bodyStart = first.indexOf('\r\n\r\n') + 4;
  if (bodyStart < 4) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(first.toString('latin1', 0, bodyStart))?.[1];
  const received = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return length !== undefined && received >= bodyStart + Number(length);
}

process.on('message', (job: Job) => {
  run(job).then(
    (outcome) => process.send?.(outcome),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
