// The head of an answer as Node's server writes it: the same fields in the same order and spelling. Knows no sockets.
import { STATUS_CODES } from 'node:http';
import { fieldValue, token } from '../../wire/http/fields.ts';

export type AnswerFields = Readonly<Record<string, string | number>>;

export interface AnswerHeads {
  /** Error: TypeError, for what cannot be sent. Without a `content-length` the body is to come in chunks. */
  of(status: number, fields: AnswerFields): AnswerHead;
  /** `lines`: fields that can be sent, each with its line end, `content-length` among them. */
  ofLines(status: number, lines: string): string;
}

export interface AnswerHead {
  /** With the empty line behind it. */
  readonly text: string;
  readonly chunked: boolean;
}

/** What says how the answer ends and what becomes of its connection is said here. */
const own = /^(?:date|connection|keep-alive|transfer-encoding|trailer)$/i;

/** `now`: Unix ms. `keepAliveMs`: how long a connection is said to be kept behind the answer; 0: nothing is said. */
export function createAnswerHeads(now: () => number, keepAliveMs: number): AnswerHeads {
  const bound = keepAliveMs > 0 ? `Keep-Alive: timeout=${Math.floor(keepAliveMs / 1000)}\r\n` : '';
  const keepAlive = `Connection: keep-alive\r\n${bound}`;
  const statusLines = new Map<number, string>();
  let second = Number.NaN;
  let close = '';

  function statusLine(status: number): string {
    let line = statusLines.get(status);
    if (line === undefined) {
      line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
      statusLines.set(status, line);
    }
    return line;
  }

  /** The date has no smaller unit. */
  function closing(): string {
    const at = now();
    const whole = Math.floor(at / 1000);
    if (whole !== second) {
      second = whole;
      close = `Date: ${new Date(at).toUTCString()}\r\n${keepAlive}`;
    }
    return close;
  }

  return {
    of(status, fields) {
      let text = statusLine(status);
      let chunked = true;
      for (const name in fields) {
        const value = fields[name];
        if (!token.test(name) || own.test(name)) throw new TypeError(`a header that cannot be sent: ${name}`);
        if (typeof value !== 'number' && (value === undefined || !fieldValue.test(value)))
          throw new TypeError(`a header whose value cannot be sent: ${name}`);
        if (name === 'content-length') chunked = false;
        text += `${name}: ${value}\r\n`;
      }
      text += closing();
      return { text: chunked ? `${text}Transfer-Encoding: chunked\r\n\r\n` : `${text}\r\n`, chunked };
    },
    ofLines: (status, lines) => `${statusLine(status)}${lines}${closing()}\r\n`,
  };
}
