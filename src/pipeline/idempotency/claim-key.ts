// Reads the header and makes of it and the body what tells one request from another.
import { createHash } from 'node:crypto';
import { TollgateError } from '../../core/errors.ts';
import type { IdempotencyClaim } from '../../core/idempotency.ts';
import { takeTurns } from '../../wire/json/take-turns.ts';

const longestKey = 255;
/** Of a large body, before others get their turn: about a millisecond. */
const sliceBytes = 1_048_576;

/** The client's key; `undefined` if it sent none. Error: `invalid_idempotency_key`. */
export function idempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = String(header);
  if (key.length > longestKey) throw invalid(`it has ${key.length} characters`);
  if (key === '') throw invalid('it is empty');
  if (!/^[!-~]+$/.test(key))
    throw invalid('it has spaces or other invisible characters, or such that are not ASCII');
  return key;
}

function invalid(reason: string): TollgateError {
  return new TollgateError('invalid_idempotency_key', { values: { reason, longest: longestKey } });
}

export interface ClaimedRequest {
  readonly key: string;
  /** Path and query. */
  readonly url: string;
  readonly body: Buffer;
  /** Unix ms. */
  readonly expiresAt: number;
}

/** The same bytes on the same path are the same request: the body is not read, so its meaning does not matter. */
export async function claimOf({ key, url, body, expiresAt }: ClaimedRequest): Promise<IdempotencyClaim> {
  const hash = createHash('sha256').update(`${url.split('?', 1)[0]}\0`);
  const worked = takeTurns(sliceBytes);
  for (let start = 0; start < body.length; start += sliceBytes) {
    const slice = body.subarray(start, start + sliceBytes);
    hash.update(slice);
    await worked(slice.length);
  }
  return {
    keyHash: createHash('sha256').update(key).digest('hex'),
    bodyHash: hash.digest('hex'),
    expiresAt,
  };
}
