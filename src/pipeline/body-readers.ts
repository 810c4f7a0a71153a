// What becomes of the body of an upstream's answer: collected whole, or read as a refusal that only says why.
import { TollgateError } from '../core/errors.ts';

/** Longest answer the gateway keeps in memory. */
const maxAnswerBytes = 64 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;

export interface BodyReader {
  onData(chunk: Buffer): void;
  onEnd(): void;
  /** Whether what has come is all there is to come, so that a connection that breaks now takes nothing away. */
  whole?(): boolean;
  /** What the body so far says about its own loss: a refusal cut short is still a refusal. */
  verdict?(): TollgateError;
}

/** Collects a whole answer for `onBody`. */
export function readWholeBody(
  onBody: (body: Buffer) => void,
  onBroken: (error: TollgateError) => void,
): BodyReader {
  const pieces = collect(maxAnswerBytes, () => onBroken(broken('its answer is too long')));
  return { onData: pieces.add, onEnd: () => onBody(pieces.bytes()) };
}

/** Collects the beginning of an error body; `toError` gets what there is of it. */
export function readRefusal(
  toError: (body: Buffer) => TollgateError,
  onBroken: (error: TollgateError) => void,
): BodyReader {
  const verdict = () => toError(pieces.bytes());
  const pieces = collect(maxErrorBytes, () => onBroken(verdict()));
  return { onData: pieces.add, onEnd: () => onBroken(verdict()), verdict };
}

export function broken(reason: string, cause?: unknown): TollgateError {
  return new TollgateError('upstream_error', {
    values: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Keeps up to `limit` bytes; calls `onFull` once when more comes. */
function collect(limit: number, onFull: () => void): { add(piece: Buffer): void; bytes(): Buffer } {
  const pieces: Buffer[] = [];
  let size = 0;
  return {
    add(piece) {
      if (size >= limit) return;
      size += piece.length;
      pieces.push(piece);
      if (size >= limit) onFull();
    },
    bytes: () => (pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, size)),
  };
}
