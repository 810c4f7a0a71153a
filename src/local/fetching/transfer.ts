// One attempt at the rest of a file: asks for the bytes that are missing, believes the answer only where it fits what
// is there, and appends. What may be tried again is a TransferBroken; everything else is final.
import { EngineFailure, sentenceOf, systemErrorCode } from '../engine-failure.ts';
import { discardBody, type HttpAnswer, type HttpSource } from './http-source.ts';
import type { PartFile } from './part-file.ts';

/** The transfer ended too early or never began; trying again may help. */
export class TransferBroken extends Error {
  override readonly name = 'TransferBroken';
  readonly retryAfterMs: number | undefined;

  constructor(reason: string, retryAfterMs?: number, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.retryAfterMs = retryAfterMs;
  }
}

export interface TransferOptions {
  readonly url: string;
  readonly bytes: number | undefined;
  readonly source: HttpSource;
  readonly part: PartFile;
  readonly onBytes: (position: number, total: number | undefined) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Resolves when the whole file is in `part`. */
export async function transferRest(options: TransferOptions): Promise<void> {
  const { url, bytes, source, part, signal } = options;
  if (bytes !== undefined && part.position > bytes) await part.restart(undefined);
  if (bytes !== undefined && part.position === bytes) return;
  const answer = await interruptible(signal, () =>
    source.send({ method: 'GET', url, headers: rangeHeaders(part), follow: 'all', signal }),
  );
  try {
    const total = await accept(answer, options);
    options.onBytes(part.position, total);
    // Errors of the disk must pass as they are; only those of the connection may be tried again.
    const chunks = answer.body[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await interruptible(signal, () => chunks.next());
      if (done) break;
      const chunk: Uint8Array = value;
      if (total !== undefined && part.position + chunk.length > total) {
        await part.restart(undefined);
        throw new TransferBroken(`the server sent more than the ${total} bytes it should have`);
      }
      await part.append(chunk);
      options.onBytes(part.position, total);
    }
    if (total !== undefined && part.position < total) {
      throw new TransferBroken(`the connection ended after ${part.position} of ${total} bytes`);
    }
  } finally {
    discardBody(answer);
  }
}

/** RFC 9110, 13.1.5: If-Range wants a strong ETag; without one the final SHA-256 has to notice a mixture. */
function rangeHeaders(part: PartFile): Record<string, string> {
  if (part.position === 0) return {};
  const strong = part.etag !== undefined && !part.etag.startsWith('W/');
  return { range: `bytes=${part.position}-`, ...(strong && part.etag ? { 'if-range': part.etag } : {}) };
}

/** Makes `part` ready for the body of `answer` and returns the size of the whole file, if known. */
async function accept(answer: HttpAnswer, options: TransferOptions): Promise<number | undefined> {
  const { part, bytes, url } = options;
  const etag = answer.header('etag');
  if (answer.status === 200) {
    const announced = readLength(answer.header('content-length'));
    if (bytes !== undefined && announced !== undefined && announced !== bytes) {
      throw new TransferBroken(`the server offers ${announced} bytes instead of ${bytes}`);
    }
    await part.restart(etag);
    return bytes ?? announced;
  }
  if (answer.status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(answer.header('content-range') ?? '');
    const total = range?.[2] === undefined || range[2] === '*' ? undefined : Number(range[2]);
    const sameFile = part.etag === undefined || etag === undefined || etag === part.etag;
    const fits = Number(range?.[1]) === part.position && (bytes ?? total) === (total ?? bytes);
    if (sameFile && fits) return bytes ?? total;
    await part.restart(undefined);
    throw new TransferBroken('the file on the server changed, or its answer does not fit what is here');
  }
  if (answer.status === 416) {
    await part.restart(undefined);
    throw new TransferBroken('the server does not have the range that is missing');
  }
  const reason = `${new URL(url).host} answered ${answer.status}`;
  if (answer.status === 429 || answer.status === 408 || answer.status >= 500) {
    throw new TransferBroken(reason, readRetryAfter(answer.header('retry-after')));
  }
  throw new EngineFailure(`${url} cannot be downloaded: ${reason}${hintFor(answer.status)}.`, {
    retryable: answer.status === 403,
  });
}

function hintFor(status: number): string {
  if (status === 401 || status === 403) return ' (private or gated: set HF_TOKEN)';
  if (status === 404 || status === 410) return ' (no such repository, file or revision)';
  return '';
}

function readLength(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
}

/** Seconds only; the date form is not worth a clock here. */
function readRetryAfter(header: string | undefined): number | undefined {
  const seconds = readLength(header);
  return seconds === undefined ? undefined : Math.min(seconds, 60) * 1000;
}

// A certificate does not get better by asking again.
const certificateError = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

async function interruptible<T>(signal: AbortSignal | undefined, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof EngineFailure) throw error;
    const code = systemErrorCode(error) ?? '';
    if (certificateError.test(code)) {
      throw new EngineFailure(
        `The server's certificate is not trusted (${code}); behind a company proxy set NODE_EXTRA_CA_CERTS.`,
        { cause: error },
      );
    }
    throw new TransferBroken(describeNetworkError(error), undefined, error);
  }
}

/** `ECONNREFUSED` and undici's codes, as the end of a sentence. */
export function describeNetworkError(error: unknown): string {
  const code = systemErrorCode(error) ?? '';
  if (/TIMEOUT|TIMEDOUT/.test(code)) return 'the server stopped answering';
  if (code === 'ECONNREFUSED') return 'the connection was refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name cannot be resolved';
  if (/UND_ERR_SOCKET|ECONNRESET|EPIPE|UND_ERR_ABORTED/.test(code)) return 'the connection was cut';
  return code || sentenceOf(error);
}
