// Checks an AWS Signature Version 4 as the service does it, from what arrived; written after Amazon's description and held
// against its published test suite (verify-signature.test.ts). The gateway's signer is no part of it.
import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface SignedRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What is wrong with it, in Amazon's words; `undefined` where nothing is. `now`: Unix ms. */
export function signatureProblem(
  request: SignedRequest,
  keys: Keys,
  { region, service, now }: { readonly region: string; readonly service: string; readonly now: number },
): string | undefined {
  const { headers, raw } = request;
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (!given) return 'Missing Authentication Token';
  const [, id = '', day = '', wroteRegion, wroteService, names = '', signature] = given;
  const date = String(headers['x-amz-date']);
  if (id !== keys.accessKeyId) return 'The security token included in the request is invalid.';
  if (wroteRegion !== region || wroteService !== service) return 'Credential should be scoped to the service';
  if (!date.startsWith(day)) return 'Date in Credential scope does not match';
  if (headers['x-amz-security-token'] !== keys.sessionToken) return 'The security token is not the one';
  const moment = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(now - moment) < 5 * 60_000)) return 'Signature expired or not yet current';
  const signed = names.split(';');
  const must = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  if (must.some((name) => !signed.includes(name))) return 'There are headers which were not signed';
  const hash = sha256(raw);
  if ((headers['x-amz-content-sha256'] ?? hash) !== hash) return 'The body is not what was signed';
  const canonical = canonicalRequest(request, signed, hash);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${keys.secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(text).digest('hex');
  if (expected === signature) return undefined;
  return `The request signature we calculated does not match. The Canonical String should have been\n${canonical}`;
}

function canonicalRequest(
  { method, path, headers }: SignedRequest,
  signed: readonly string[],
  hash: string,
): string {
  const [resource = '', query = ''] = path.split('?');
  return [
    method,
    // What was sent is encoded once more: all services but S3 do so.
    resource
      .split('/')
      .map((segment) => uriEncode(segment))
      .join('/'),
    query.split('&').sort().join('&'),
    ...signed.map((name) => `${name}:${String(headers[name]).trim().replaceAll(/ +/g, ' ')}`),
    '',
    signed.join(';'),
    hash,
  ].join('\n');
}

/** Byte by byte, as Amazon's pseudo-code has it. */
function uriEncode(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const sign = String.fromCharCode(byte);
      return /[A-Za-z0-9\-._~]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
