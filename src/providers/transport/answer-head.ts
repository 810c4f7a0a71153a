// The head of an answer in HTTP/1.1, read strictly: what two readers could understand differently is refused, because a
// connection on which one of them is wrong would give one client another's answer. RFC 9112.
import type { AnswerHeaders } from '../../core/ports.ts';
import { malformedHead, token, usualSpellings, withoutBlanks } from '../../wire/http/fields.ts';
import { notHttp, TransportFault } from './failure.ts';

export interface AnswerHead {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** Bytes of the body, or what shows its end. */
  readonly length: number | 'chunked' | 'close';
  /** Whether another request may follow on its connection. */
  readonly persistent: boolean;
  /** How long the upstream keeps the connection open behind it, in seconds, where it says so. */
  readonly keepAliveSeconds: number | undefined;
}

const mostFields = 1_000;

/** What upstreams send often, so that it is neither checked nor made small again and again. */
const known = usualSpellings(
  'access-control-allow-origin age alt-svc cache-control cf-cache-status cf-ray connection content-encoding content-length ' +
    'content-type date etag keep-alive nel openai-model openai-organization openai-processing-ms openai-version pragma ' +
    'ratelimit-limit ratelimit-remaining ratelimit-reset report-to request-id retry-after retry-after-ms server set-cookie ' +
    'strict-transport-security transfer-encoding vary via x-content-type-options x-powered-by x-ratelimit-limit-requests ' +
    'x-ratelimit-limit-tokens x-ratelimit-remaining-requests x-ratelimit-remaining-tokens x-ratelimit-reset-requests ' +
    'x-ratelimit-reset-tokens x-request-id',
);

/** `text`: status line and fields, latin1, without the line end behind the last and the empty line. Throws TransportFault. */
export function parseAnswerHead(text: string): AnswerHead {
  if (malformedHead.test(text))
    throw notHttp('a control character or a line end in the wrong place in the head');
  const { status, minor } = readStatusLine(text);
  const headers: Record<string, string | string[] | undefined> = {};
  let fields = 0;
  let at = text.indexOf('\r\n') + 2;
  while (at > 1 && at < text.length) {
    if (++fields > mostFields) throw new TransportFault('HEAD_TOO_LONG', `more than ${mostFields} fields`);
    let end = text.indexOf('\r\n', at);
    if (end < 0) end = text.length;
    const colon = text.indexOf(':', at);
    if (colon < 0 || colon > end) throw notHttp('a line of the head without a colon');
    addField(headers, nameOf(text.slice(at, colon)), withoutBlanks(text, colon + 1, end));
    at = end + 2;
  }
  return { status, headers, ...framingOf(status, minor, headers) };
}

/** `HTTP/1.1 200 OK`; what stands behind the status says nothing. */
function readStatusLine(text: string): { status: number; minor: number } {
  const match = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: |\r|$)/.exec(text);
  if (!match) throw notHttp('no status line of HTTP/1');
  return { minor: Number(match[1]), status: Number(match[2]) };
}

/** A name with spaces in or behind it, or a line that goes on in the next one (obs-fold), is none. */
function nameOf(raw: string): string {
  const name = known.get(raw);
  if (name !== undefined) return name;
  if (!token.test(raw)) throw notHttp('a name of a field that is none');
  return raw.toLowerCase();
}

function addField(headers: Record<string, string | string[] | undefined>, name: string, value: string): void {
  const before = headers[name];
  if (before === undefined) headers[name] = value;
  else if (!Object.hasOwn(headers, name)) {
    // `__proto__`, `constructor` and what else every object has.
    Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true });
  } else if (typeof before === 'string') headers[name] = [before, value];
  else before.push(value);
}

/** How long the body is, and what becomes of the connection: RFC 9112 6.3 and 9.3. */
function framingOf(
  status: number,
  minor: number,
  headers: AnswerHeaders,
): Pick<AnswerHead, 'length' | 'persistent' | 'keepAliveSeconds'> {
  const coding = headers['transfer-encoding'];
  const said = headers['content-length'];
  if (coding !== undefined && said !== undefined) throw notHttp('a length and a transfer coding');
  if (coding !== undefined && (typeof coding !== 'string' || coding.toLowerCase() !== 'chunked')) {
    throw notHttp('a transfer coding other than chunked');
  }
  const given = said === undefined ? undefined : lengthOf(said);
  const bodiless = status < 200 || status === 204 || status === 304;
  // What follows a head that should have no body might be one: whoever says so is not asked again on this connection.
  const sound = !bodiless || status < 200 || (coding === undefined && !given);
  const length = bodiless ? 0 : coding === undefined ? (given ?? 'close') : 'chunked';
  return {
    length,
    persistent: sound && length !== 'close' && persists(minor, headers),
    keepAliveSeconds: keepAliveOf(headers['keep-alive']),
  };
}

/** The same length said twice is one (RFC 9112 6.3). */
function lengthOf(said: string | string[]): number {
  const [first = '', ...others] = typeof said === 'string' ? [said] : said;
  if (!/^[0-9]{1,15}$/.test(first)) throw notHttp('a length that is no number');
  if (others.some((other) => other !== first)) throw notHttp('two different lengths');
  return Number(first);
}

function persists(minor: number, { connection, 'transfer-encoding': coding }: AnswerHeaders): boolean {
  if (connection === undefined) return minor === 1;
  const options = String(connection).toLowerCase().split(',');
  const has = (option: string) => options.some((each) => each.trim() === option);
  // Chunks in HTTP/1.0 are a fault of whoever sent them (RFC 9112 6.1).
  return !has('close') && (minor === 1 || (has('keep-alive') && coding === undefined));
}

function keepAliveOf(value: string | string[] | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /(?:^|[,;\s])timeout\s*=\s*"?(\d{1,9})/i.exec(String(value))?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
