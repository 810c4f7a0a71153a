// The cipher of stored secrets: AES-256-GCM (NIST SP 800-38D) under the master key, bound to the secret's name. Knows
// neither store nor file, and keeps the key where nothing prints it.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Base64 both, as the store keeps them. */
export interface SealedText {
  /** 96 random bits, new with every write: 2^32 writes under one key stay within the bound of SP 800-38D, 8.3. */
  readonly nonce: string;
  /** With the 128-bit tag behind it. */
  readonly ciphertext: string;
}

export interface MasterKey {
  /** Fingerprint, 16 hex digits: says which key it is and nothing about it. */
  readonly id: string;
  /** A text as UTF-8, or bytes. */
  seal(name: string, text: string | Uint8Array): SealedText;
  /** `undefined` if it was not sealed under this key for this name, or any bit of it was changed. */
  open(name: string, sealed: SealedText): string | undefined;
  /** As `open`, for what was sealed as bytes. */
  openBytes(name: string, sealed: SealedText): Buffer | undefined;
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** `key` has 32 bytes. `random` gives as many random bytes as it is asked for. */
export function createMasterKey(key: Uint8Array, random: (bytes: number) => Buffer = randomBytes): MasterKey {
  const bytes = Buffer.from(key);

  function openBytes(name: string, { nonce, ciphertext }: SealedText): Buffer | undefined {
    const iv = fromBase64(nonce);
    const sealed = fromBase64(ciphertext);
    if (iv?.length !== nonceBytes || sealed === undefined || sealed.length < tagBytes) return undefined;
    const decipher = createDecipheriv(algorithm, bytes, iv, { authTagLength: tagBytes });
    decipher.setAAD(boundTo(name));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    const text = decipher.update(sealed.subarray(0, -tagBytes));
    try {
      return Buffer.concat([text, decipher.final()]);
    } catch {
      // The tag does not fit, which is the answer; nothing of `text` leaves here.
      return undefined;
    }
  }

  return {
    id: createHash('sha256').update('tollgate master key\0').update(bytes).digest('hex').slice(0, 16),

    seal: (name, text) => {
      const nonce = random(nonceBytes);
      const cipher = createCipheriv(algorithm, bytes, nonce, { authTagLength: tagBytes });
      cipher.setAAD(boundTo(name));
      const bytesOfText = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
      const sealed = Buffer.concat([cipher.update(bytesOfText), cipher.final(), cipher.getAuthTag()]);
      return { nonce: nonce.toString('base64'), ciphertext: sealed.toString('base64') };
    },

    open: (name, sealed) => openBytes(name, sealed)?.toString('utf8'),
    openBytes,
  };
}

/** The format's version and the name: a row that is copied under another name does not open. */
function boundTo(name: string): Buffer {
  return Buffer.from(`tollgate secret 1\0${name}`, 'utf8');
}

/** Only the canonical text: otherwise its unused bits could be flipped without being noticed. */
function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
