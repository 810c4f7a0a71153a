// The server under test, over plain HTTP: sends what it is told and hands back the bytes that came. Judges nothing.
import { Agent, type Dispatcher, request } from 'undici';

export interface ServerOptions {
  /** With the version, as the official clients take it: `http://127.0.0.1:8080/v1`. */
  readonly baseUrl: string;
  /** Without one no `authorization` header is sent. */
  readonly apiKey: string | undefined;
  readonly model: string;
  /** For one exchange, from the request to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Also send the requests that are many megabytes long. */
  readonly large: boolean;
  /** Waits before a request is repeated; handed in so that tests need not. */
  readonly wait: (ms: number) => Promise<void>;
}

/** An answer, whole. */
export interface Reply {
  readonly status: number;
  /** Lower-case names; several of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** The bytes as UTF-8; what is not UTF-8 is U+FFFD. */
  readonly text: string;
  /** `undefined` when the text is no JSON. */
  readonly json: unknown;
}

export interface Message {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Behind the base URL: `/chat/completions`. */
  readonly path: string;
  /** Added to the usual ones; `undefined` takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array;
}

export interface Server extends AsyncDisposable {
  readonly baseUrl: string;
  readonly model: string;
  readonly hasKey: boolean;
  readonly large: boolean;
  /** Throws NoAnswer. */
  send(message: Message): Promise<Reply>;
  /** A chat completion with the model's name put in. Throws NoAnswer. */
  chat(members: Readonly<Record<string, unknown>>, headers?: Message['headers']): Promise<Reply>;
  /** Begins a chat completion and gives it up: behind the first byte of the answer, or before any. Throws NoAnswer. */
  abandon(members: Readonly<Record<string, unknown>>, when: 'first-byte' | 'sent'): Promise<void>;
}

/** No whole answer came. `message` is a sentence's end: `connect ECONNREFUSED 127.0.0.1:1`. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Attempts at a request that the server puts off with 429 or 503, and the longest wait that is honoured. */
const attempts = 3;
const longestWaitMs = 30_000;

export function connectTo(options: ServerOptions): Server {
  const { baseUrl, apiKey, model, timeoutMs } = options;
  const agent = new Agent({ connections: 16, headersTimeout: 0, bodyTimeout: 0 });

  function dispatch(message: Message, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const headers: Record<string, string | undefined> = {
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(message.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...message.headers,
    };
    return request(`${baseUrl}${message.path}`, {
      dispatcher: agent,
      method: message.method ?? 'POST',
      headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
      ...(message.body === undefined ? {} : { body: message.body }),
      signal,
    });
  }

  async function once(message: Message): Promise<Reply> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await dispatch(message, signal);
      return toReply(response, Buffer.from(await response.body.arrayBuffer()));
    } catch (error) {
      throw noAnswer(error, signal.aborted ? timeoutMs : undefined);
    }
  }

  async function send(message: Message): Promise<Reply> {
    for (let attempt = 1; ; attempt++) {
      const reply = await once(message);
      const wait = attempt < attempts ? putOff(reply) : undefined;
      if (wait === undefined) return reply;
      await options.wait(wait);
    }
  }

  const chatMessage = (members: Readonly<Record<string, unknown>>): Message => ({
    path: '/chat/completions',
    body: JSON.stringify({ model, ...members }),
  });

  return {
    baseUrl,
    model,
    hasKey: apiKey !== undefined,
    large: options.large,
    send,
    chat: (members, headers = {}) => send({ ...chatMessage(members), headers }),
    async abandon(members, when) {
      const leaving = new AbortController();
      const signal = AbortSignal.any([leaving.signal, AbortSignal.timeout(timeoutMs)]);
      try {
        const response = dispatch(chatMessage(members), signal);
        if (when === 'sent') {
          // Long enough for a request of a few hundred bytes to be on its way.
          await Promise.race([options.wait(50), response]);
          leaving.abort();
          await response.then(({ body }) => body.dump());
        } else {
          for await (const _ of (await response).body) break;
        }
      } catch (error) {
        if (!leaving.signal.aborted) throw noAnswer(error, signal.aborted ? timeoutMs : undefined);
      } finally {
        leaving.abort();
      }
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

function toReply({ statusCode, headers }: Dispatcher.ResponseData, bytes: Buffer): Reply {
  const text = bytes.toString();
  return {
    status: statusCode,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]),
    ),
    bytes,
    text,
    json: parsed(text),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // That it is no JSON is what the checks are told.
    return undefined;
  }
}

/** Milliseconds that the server asks to wait; `undefined` when the answer is final. */
function putOff({ status, headers }: Reply): number | undefined {
  if ((status !== 429 && status !== 503) || headers['x-should-retry'] === 'false') return undefined;
  const inMs = Number(headers['retry-after-ms'] ?? Number.NaN);
  const inSeconds = Number(headers['retry-after'] ?? Number.NaN) * 1000;
  const wait = Number.isFinite(inMs) ? inMs : inSeconds;
  return wait >= 0 && wait <= longestWaitMs ? wait : undefined;
}

function noAnswer(error: unknown, timeoutMs: number | undefined): NoAnswer {
  if (timeoutMs !== undefined) return new NoAnswer(`nothing came to an end within ${timeoutMs / 1000} s`);
  const { message, code } = error as NodeJS.ErrnoException;
  return new NoAnswer(message || code || String(error));
}
