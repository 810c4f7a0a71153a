// What becomes of the body of an upstream's answer: collected whole, or read as a refusal that only says why.
import { TollgateError } from '../core/errors.ts';

/** Longest answer the gateway keeps in memory. */
const maxAnswerBytes = 64 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;
/** Is no part of the JSON behind it (RFC 8259 8.1), and some servers put it there. */
const byteOrderMark = Buffer.from('\uFEFF');

export interface BodyReader {
  onData(chunk: Buffer): void;
  onEnd(): void;
  /** Whether what has come is all there is to come, so that a connection that breaks now takes nothing away. */
  whole?(): boolean;
  /** What the body so far says about its own loss: a refusal cut short is still a refusal. */
  verdict?(): TollgateError;
}

export interface WholeBodyEvents {
  onWhole(body: Buffer): void;
  onTooLong(error: TollgateError): void;
}

/** Collects a whole answer. */
export class WholeBody implements BodyReader {
  readonly #events: WholeBodyEvents;
  readonly #pieces: Pieces;

  constructor(events: WholeBodyEvents) {
    this.#events = events;
    this.#pieces = new Pieces(maxAnswerBytes);
  }

  onData(chunk: Buffer): void {
    if (this.#pieces.add(chunk)) this.#events.onTooLong(broken('its answer is too long'));
  }

  onEnd(): void {
    const body = this.#pieces.bytes();
    this.#events.onWhole(
      body.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? body.subarray(3) : body,
    );
  }
}

/** Collects the beginning of an error body; `toError` gets what there is of it. */
export function readRefusal(
  toError: (body: Buffer) => TollgateError,
  onBroken: (error: TollgateError) => void,
): BodyReader {
  const verdict = () => toError(pieces.bytes());
  const pieces = new Pieces(maxErrorBytes);
  const onData = (chunk: Buffer) => {
    if (pieces.add(chunk)) onBroken(verdict());
  };
  return { onData, onEnd: () => onBroken(verdict()), verdict };
}

export function broken(reason: string, cause?: unknown): TollgateError {
  return new TollgateError('upstream_error', {
    values: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Keeps up to `limit` bytes. */
class Pieces {
  readonly #limit: number;
  readonly #pieces: Buffer[] = [];
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether it is full with this one; what comes then is dropped. */
  add(piece: Buffer): boolean {
    if (this.#size >= this.#limit) return false;
    this.#size += piece.length;
    this.#pieces.push(piece);
    return this.#size >= this.#limit;
  }

  bytes(): Buffer {
    return this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces, this.#size);
  }
}
