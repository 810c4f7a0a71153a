// How the master key of stored secrets is written: 32 random bytes as hex or base64, and what is told about anything
// else. Knows neither where the text came from nor what it encrypts.

export const masterKeyBytes = 32;

/** A random key shows about 30 different bytes; so few are a pattern somebody typed. */
const fewestDistinct = 12;

const whatItIs = 'It must be 32 random bytes, as 64 hex digits or as base64 (44 characters)';
const howToMake = '`openssl rand -base64 32` makes one.';

/** The bytes, or the end of a sentence about `subject` that never holds a piece of the text. */
export function parseMasterKey(
  text: string,
  subject: string,
): { readonly bytes: Buffer } | { readonly problem: string } {
  const key = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(key) ? Buffer.from(key, 'hex') : fromBase64(key);
  if (bytes === undefined) {
    return {
      problem: `${subject} is no master key. ${whatItIs}; it has ${key.length} characters. A passphrase is not taken: it can be guessed. ${howToMake}`,
    };
  }
  if (new Set(bytes).size < fewestDistinct) {
    return {
      problem: `${subject} is no master key: its bytes follow a pattern. ${whatItIs}. ${howToMake}`,
    };
  }
  return { bytes };
}

export function formatMasterKey(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Standard or URL alphabet, with padding or without; `undefined` if it is not the one text of 32 bytes. */
function fromBase64(text: string): Buffer | undefined {
  if (!/^(?:[A-Za-z0-9+/]{43}|[A-Za-z0-9_-]{43})=?$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  const plain = text.replace(/=$/, '').replaceAll('+', '-').replaceAll('/', '_');
  return bytes.length === masterKeyBytes && bytes.toString('base64url') === plain ? bytes : undefined;
}
