// Stage 2: the client's bytes -> one buffer, within the limit.
import type { IncomingMessage } from 'node:http';
import { TollgateError } from '../core/errors.ts';

/**
 * Reads the body. Errors: `unsupported_content_type`, `request_too_large` (as soon as it is known). Rejects with the
 * signal's reason when the client goes away or the gateway stops.
 */
export function receive(incoming: IncomingMessage, limit: number, signal: AbortSignal): Promise<Buffer> {
  requireJson(incoming.headers['content-type']);
  const announced = Number(incoming.headers['content-length']);
  if (announced > limit) return Promise.reject(tooLarge(limit));
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    let pieces: Buffer[] = [];
    let size = 0;
    const take = (piece: Buffer) => {
      size += piece.length;
      if (size > limit) stop(() => reject(tooLarge(limit)));
      else pieces.push(piece);
    };
    const end = () =>
      stop(() => resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, size)));
    const abort = () => stop(() => reject(signal.reason));
    function stop(settle: () => void): void {
      incoming.off('data', take);
      incoming.off('end', end);
      signal.removeEventListener('abort', abort);
      settle();
      pieces = [];
    }
    incoming.on('data', take);
    incoming.once('end', end);
    // A lost connection shows here first and as the signal at once after: the signal says who went.
    incoming.on('error', () => undefined);
    signal.addEventListener('abort', abort, { once: true });
  });
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
