// Signature Version 4, by Amazon's own signer: loaded by the first call that is signed, so that nobody else pays for it.
// Source: docs.aws.amazon.com, "Create a signed AWS API request", 2026-11-22. Knows nothing of models and messages.
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import type { UpstreamCall } from '../../core/ports.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
}

export interface SigningScope {
  readonly region: string;
  /** `bedrock`, whatever the host is called. */
  readonly service: string;
}

/** The call with `authorization` and what belongs to it. `now`: Unix ms; a signature is taken for some minutes. */
export function createSigner(
  credentials: AwsCredentials,
  { region, service }: SigningScope,
  now: () => number,
): (call: UpstreamCall) => Promise<UpstreamCall> {
  let loading: ReturnType<typeof load> | undefined;

  async function load() {
    const { SignatureV4 } = await import('@smithy/signature-v4');
    return new SignatureV4({ credentials, region, service, sha256: Sha256 });
  }

  return async function sign(call) {
    loading ??= load();
    const signer = await loading;
    const { protocol, hostname, host } = new URL(call.origin);
    const { headers } = await signer.sign(
      {
        method: 'POST',
        protocol,
        hostname,
        // Percent-encoded as it is sent; of that the signer makes the canonical path, in which it is encoded once more.
        path: call.path,
        query: {},
        headers: { ...call.headers, host, 'x-amz-content-sha256': hashOf(call.body) },
      },
      { signingDate: new Date(now()) },
    );
    return { ...call, headers };
  };
}

/** In hexadecimal digits. */
function hashOf(body: UpstreamCall['body']): string {
  const hash = createHash('sha256');
  for (const piece of body instanceof Uint8Array ? [body] : body) hash.update(piece);
  return hash.digest('hex');
}

/** SHA-256, or HMAC with it, as the signer wants it: Node's own, many times as fast as one in JavaScript. */
class Sha256 {
  readonly #secret: string | Uint8Array | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined || typeof secret === 'string' ? secret : bytesOf(secret);
    this.#hash = this.#begin();
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#begin();
  }

  #begin(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
