// The head of a request, as one text. Whatever could end a line or begin another request is refused, wherever it came from.
import type { UpstreamCall } from '../../core/ports.ts';
import { fieldValue, token } from '../../wire/http/fields.ts';

const validPath = /^\/[\x21-\xff]*$/;
/** What belongs to the connection, or says where a request ends. */
const own = /^(?:connection|content-length|transfer-encoding|keep-alive|upgrade|expect)$/i;

/** The head up to the length of the body, which comes last. Throws TypeError. */
export function openingOf(host: string, { path, headers }: Pick<UpstreamCall, 'path' | 'headers'>): string {
  if (!validPath.test(path)) throw new TypeError('a path that is none');
  let named = host;
  let text = '';
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    if (!token.test(name) || own.test(name)) throw new TypeError(`a header that cannot be sent: ${name}`);
    if (!fieldValue.test(value)) throw new TypeError(`a header whose value cannot be sent: ${name}`);
    // Of a call that is signed with it.
    if (name.toLowerCase() === 'host') named = value;
    else text += `${name}: ${value}\r\n`;
  }
  return `POST ${path} HTTP/1.1\r\nhost: ${named}\r\nconnection: keep-alive\r\n${text}content-length: `;
}

interface Opening {
  readonly headers: UpstreamCall['headers'];
  readonly path: string;
  readonly text: string;
}

/** Streams and whole answers, each with a few keys. */
const mostKept = 8;

/** Keeps the last openings: adapters hand in the same headers object for each call that has the same headers. */
export class Openings {
  readonly #host: string;
  readonly #kept: Opening[] = [];
  #oldest = 0;

  constructor(host: string) {
    this.#host = host;
  }

  of(call: UpstreamCall): string {
    for (const kept of this.#kept) {
      if (kept.headers === call.headers && kept.path === call.path) return kept.text;
    }
    const { headers, path } = call;
    const text = openingOf(this.#host, call);
    this.#kept[this.#oldest] = { headers, path, text };
    this.#oldest = (this.#oldest + 1) % mostKept;
    return text;
  }
}
