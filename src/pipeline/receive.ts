// Stage 2: the client's bytes -> one buffer, within the limit.
import type { IncomingMessage } from 'node:http';
import { TollgateError } from '../core/errors.ts';

/**
 * Reads the body. Errors: `unsupported_content_type`, `request_too_large` (as soon as it is known). Rejects with the
 * signal's reason when the client goes away.
 */
export function receive(incoming: IncomingMessage, limit: number, signal: AbortSignal): Promise<Buffer> {
  requireJson(incoming.headers['content-type']);
  const announced = Number(incoming.headers['content-length']);
  if (announced > limit) return Promise.reject(tooLarge(incoming, limit));
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    incoming.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > limit) {
        pieces.length = 0;
        reject(tooLarge(incoming, limit));
        return;
      }
      pieces.push(piece);
    });
    incoming.on('end', () =>
      resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, size)),
    );
    incoming.on('error', (error) => reject(signal.aborted ? signal.reason : error));
  });
}

/** The rest of the body is not read: the answer goes out and the connection ends behind it. */
function tooLarge(incoming: IncomingMessage, limit: number): TollgateError {
  incoming.removeAllListeners('data');
  incoming.resume();
  return new TollgateError('request_too_large', { values: { limit } });
}

/** `application/json`, with or without parameters; an absent type is taken as JSON, as curl users forget it. */
function requireJson(contentType: string | undefined): void {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === undefined || type === '' || type === 'application/json') return;
  throw new TollgateError('unsupported_content_type', { values: { contentType: type.slice(0, 80) } });
}
