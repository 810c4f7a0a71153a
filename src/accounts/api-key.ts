// The form of an API key: made, checked without a lookup, hashed for storage and masked for messages. Knows no store.
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { randomBase62 } from '../core/clock.ts';

const prefix = 'sk-tg-';
const randomLength = 40;
const checksumLength = 6;
const keyLength = prefix.length + randomLength + checksumLength;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base62 = /^[0-9A-Za-z]+$/;

/** `sk-tg-`, 40 random base62 characters (238 bits), and the checksum of both. */
export function generateApiKey(random: (length: number) => string = randomBase62): string {
  const body = prefix + random(randomLength);
  return body + checksumOf(body);
}

const visibleAscii = /^[\x21-\x7e]{16,512}$/;

/**
 * Whether a text may be a key at all. One of our own form must bear the right checksum, so a typing error is refused
 * without a lookup; any other 16 to 512 visible ASCII characters may be a preset key, and only a lookup tells.
 */
export function mayBeApiKey(text: string): boolean {
  return text.startsWith(prefix) && text.length === keyLength ? isApiKey(text) : visibleAscii.test(text);
}

/** Whether it has our form and the right checksum. */
export function isApiKey(presented: string): boolean {
  if (!presented.startsWith(prefix) || presented.length !== keyLength) return false;
  const body = presented.slice(0, -checksumLength);
  return base62.test(body.slice(prefix.length)) && presented.slice(-checksumLength) === checksumOf(body);
}

/** SHA-256 in lower-case hex. Keys are random or preset by the operator, so no salt and no slow hash is needed. */
export function hashApiKey(key: string): string {
  return hash('sha256', key, 'hex');
}

/**
 * What may be shown of a key: `sk-tg-ab***wxyz` for one of ours. Of any other text at most four characters at either
 * end, never more than a quarter in all, and nothing that a log or a terminal would not print as it is.
 */
export function maskApiKey(key: string): string {
  if (isApiKey(key)) return `${key.slice(0, prefix.length + 2)}***${key.slice(-4)}`;
  const shown = Math.min(4, Math.floor(key.length / 8));
  if (key.length < 16) return '***';
  return `${printable(key.slice(0, shown))}***${printable(key.slice(-shown))}`;
}

function printable(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?');
}

/** CRC-32 as six base62 digits: 62^6 is more than 2^32. */
function checksumOf(body: string): string {
  let rest = crc32(body);
  let digits = '';
  for (let index = 0; index < checksumLength; index++) {
    digits = alphabet[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
