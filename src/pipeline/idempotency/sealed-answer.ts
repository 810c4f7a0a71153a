// An answer as it lies in the database: compressed, and encrypted under a key made of the client's API key and its idempotency
// key. The store has hashes of both only, so what lies there can be read by nobody but the client who asks again.
import { createCipheriv, createDecipheriv, hkdf as hkdfCallback, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip as gunzipCallback, gzip as gzipCallback } from 'node:zlib';
import type { WholeAnswer } from './recorded-output.ts';

const gzip = promisify(gzipCallback);
const gunzip = promisify(gunzipCallback);
const hkdf = promisify(hkdfCallback);

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const form = 'tollgate answer 1';

/** What the answer of one request is sealed with. */
export interface AnswerKey {
  /** As the client presented it. */
  readonly apiKey: string;
  readonly idempotencyKey: string;
  readonly requestId: string;
}

/** Base64. NIST SP 800-38D for the cipher, RFC 5869 for the key. */
export async function sealAnswer(answer: WholeAnswer, key: AnswerKey): Promise<string> {
  const head = Buffer.from(`${JSON.stringify({ status: answer.status, headers: answer.headers })}\n`);
  const plain = await gzip(Buffer.concat([head, answer.body]));
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, await derive(key), nonce, { authTagLength: tagBytes });
  const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString('base64');
}

/** `undefined` if it was sealed with anything else: the API key got a new secret since, or a bit was changed. */
export async function openAnswer(text: string, key: AnswerKey): Promise<WholeAnswer | undefined> {
  const sealed = Buffer.from(text, 'base64');
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const nonce = sealed.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, await derive(key), nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  let zipped: Buffer;
  try {
    zipped = Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch {
    // The tag does not fit, which is the answer.
    return undefined;
  }
  const plain = await gunzip(zipped);
  const end = plain.indexOf(0x0a);
  const { status, headers } = JSON.parse(plain.toString('utf8', 0, end));
  return { status, headers, body: plain.subarray(end + 1) };
}

async function derive({ apiKey, idempotencyKey, requestId }: AnswerKey): Promise<Uint8Array> {
  return new Uint8Array(await hkdf('sha256', apiKey, idempotencyKey, `${form}\0${requestId}`, 32));
}
