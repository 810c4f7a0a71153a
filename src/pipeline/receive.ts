// Stage 2: the client's bytes -> one buffer, within the limit.
import type { IncomingMessage } from 'node:http';
import type { EndSignal } from '../core/end-signal.ts';
import { TollgateError } from '../core/errors.ts';
import type { WholeRequest } from '../core/exchange.ts';

/** A larger body is put together while it comes, so that its end does not hold up everybody else. */
const largeBody = 256 * 1024;

/**
 * Reads the body. Errors: `unsupported_content_type`, `unsupported_content_encoding`, `request_too_large` (as soon as it
 * is known). Rejects with the signal's reason when the client goes away or the gateway stops.
 */
export function receive(
  incoming: IncomingMessage | WholeRequest,
  limit: number,
  signal: EndSignal,
): Promise<Buffer> {
  requireJson(incoming.headers['content-type']);
  requirePlain(incoming.headers['content-encoding']);
  const announced = Number(incoming.headers['content-length']);
  if (announced > limit) return Promise.reject(tooLarge(limit));
  if (signal.aborted) return Promise.reject(signal.reason);
  if ('body' in incoming) return Promise.resolve(incoming.body);
  return read(incoming, announced, limit, signal);
}

function read(
  incoming: IncomingMessage,
  announced: number,
  limit: number,
  signal: EndSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let pieces: Buffer[] = [];
    let size = 0;
    let large: Buffer | undefined;
    const take = (piece: Buffer) => {
      const start = size;
      size += piece.length;
      if (size > limit) stop(() => reject(tooLarge(limit)));
      else if (size <= largeBody) pieces.push(piece);
      else {
        large = withRoom(large, pieces, size, announced, limit);
        pieces = [];
        piece.copy(large, start);
      }
    };
    const end = () =>
      stop(() =>
        resolve(
          large?.subarray(0, size) ??
            (pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, size)),
        ),
      );
    const abort = () => stop(() => reject(signal.reason));
    function stop(settle: () => void): void {
      incoming.off('data', take);
      incoming.off('end', end);
      signal.removeEventListener('abort', abort);
      settle();
      pieces = [];
      large = undefined;
    }
    incoming.on('data', take);
    incoming.once('end', end);
    // A lost connection shows here first and as the signal at once after: the signal says who went.
    incoming.on('error', () => undefined);
    signal.addEventListener('abort', abort, { once: true });
  });
}

/** A buffer that holds what came before and has room for `size` bytes: all that was announced, or twice as much. */
function withRoom(
  large: Buffer | undefined,
  pieces: readonly Buffer[],
  size: number,
  announced: number,
  limit: number,
): Buffer {
  if (large && size <= large.length) return large;
  const wanted = announced >= size ? announced : size * 2;
  // Memory that is not written to is not taken: a client cannot fill it by announcing alone.
  const roomier = Buffer.allocUnsafeSlow(Math.min(wanted, limit));
  let copied = 0;
  for (const piece of large ? [large] : pieces) copied += piece.copy(roomier, copied);
  return roomier;
}

/** The rest of the body is not kept: whoever sends the error drops it. */
function tooLarge(limit: number): TollgateError {
  return new TollgateError('request_too_large', { values: { limit } });
}

/** `application/json`, with or without parameters; an absent type is taken as JSON, as curl users forget it. */
function requireJson(contentType: string | undefined): void {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === undefined || type === '' || type === 'application/json') return;
  throw new TollgateError('unsupported_content_type', { values: { contentType: type.slice(0, 80) } });
}

/** Compressed bodies are not unpacked: a small one could become a very large one (RFC 9110 section 15.5.16). */
function requirePlain(contentEncoding: string | undefined): void {
  if (contentEncoding === undefined) return;
  const coding = contentEncoding.trim().toLowerCase();
  if (coding === '' || coding === 'identity') return;
  throw new TollgateError('unsupported_content_encoding', {
    values: { contentEncoding: coding.slice(0, 80) },
  });
}
