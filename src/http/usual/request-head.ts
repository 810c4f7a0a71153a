// The head that nearly every request has, known by looking at it once. Strict: whatever two readers could understand differently,
// and whatever asks for more than a body and an answer, is not usual and left to Node. Knows no sockets.
import type { IncomingHttpHeaders } from 'node:http';
import { malformedHead, token, usualSpellings, withoutBlanks } from '../../wire/http/fields.ts';
import { hostValue } from '../host-field.ts';

export interface UsualHead {
  readonly headers: IncomingHttpHeaders;
  /** Bytes of the head with the empty line behind it. */
  readonly bytes: number;
  /** Bytes of the body that belongs to it. */
  readonly bodyBytes: number;
}

export const usualPath = '/v1/chat/completions';

const firstLine = `POST ${usualPath} HTTP/1.1\r\n`;
/** Half of what Node takes, who says what is wrong with longer ones. */
const mostHeadBytes = 8 * 1024;
/** Larger bodies come in many reads, of which each is small beside what they cost anyway. */
export const mostUsualBytes = 64 * 1024;

const length = /^[1-9][0-9]{0,8}$/;

/** What changes how the request ends or what becomes of its connection; and the one field that Node has as a list, which is an answer's. */
const unusual: ReadonlySet<string> = new Set([
  'transfer-encoding',
  'expect',
  'upgrade',
  'te',
  'trailer',
  'keep-alive',
  'proxy-connection',
  'http2-settings',
  'set-cookie',
]);

/** What clients send often, so that it is neither checked nor made small again and again. */
const known = usualSpellings(
  'host connection accept accept-encoding accept-language content-type content-length user-agent authorization ' +
    'idempotency-key sec-fetch-mode origin cookie traceparent tracestate baggage x-forwarded-for x-forwarded-proto ' +
    'x-forwarded-host x-forwarded-port x-real-ip x-request-id openai-organization openai-project x-stainless-arch ' +
    'x-stainless-async x-stainless-helper-method x-stainless-lang x-stainless-os x-stainless-package-version ' +
    'x-stainless-read-timeout x-stainless-retry-count x-stainless-runtime x-stainless-runtime-version x-stainless-timeout',
);

/** `undefined`: it is unusual. `partial`: it may become usual with what is still to come. */
export function readUsualHead(bytes: Buffer): UsualHead | 'partial' | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end > mostHeadBytes) return undefined;
  if (end < 0) return mayBecomeUsual(bytes) ? 'partial' : undefined;
  const text = bytes.toString('latin1', 0, end);
  if (!text.startsWith(firstLine) || malformedHead.test(text)) return undefined;
  const headers = readFields(text);
  if (headers === undefined) return undefined;
  const { host, connection, 'content-length': said = '' } = headers;
  if (host === undefined || !hostValue.test(host) || !length.test(said)) return undefined;
  if (connection !== undefined && connection.toLowerCase() !== 'keep-alive') return undefined;
  const usual = { headers, bytes: end + 4, bodyBytes: Number(said) };
  return usual.bytes + usual.bodyBytes > mostUsualBytes ? undefined : usual;
}

function mayBecomeUsual(bytes: Buffer): boolean {
  if (bytes.length > mostHeadBytes) return false;
  return firstLine.startsWith(bytes.toString('latin1', 0, firstLine.length));
}

/** As an IncomingMessage has them. `undefined`: one of them is unusual, or there twice. */
function readFields(text: string): IncomingHttpHeaders | undefined {
  const headers: IncomingHttpHeaders = {};
  let at = firstLine.length;
  while (at < text.length) {
    let end = text.indexOf('\r\n', at);
    if (end < 0) end = text.length;
    const colon = text.indexOf(':', at);
    if (colon < 0 || colon > end) return undefined;
    const name = nameOf(text.slice(at, colon));
    // Also what every object has, such as `constructor`.
    if (name === undefined || headers[name] !== undefined) return undefined;
    headers[name] = withoutBlanks(text, colon + 1, end);
    at = end + 2;
  }
  return headers;
}

/** A name with spaces in or behind it, or a line that goes on in the next one (obs-fold), is none. */
function nameOf(raw: string): string | undefined {
  const name = known.get(raw);
  if (name !== undefined) return name;
  if (!token.test(raw)) return undefined;
  const small = raw.toLowerCase();
  return unusual.has(small) ? undefined : small;
}
