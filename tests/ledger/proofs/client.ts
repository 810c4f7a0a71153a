// A client of the gateway as bare as can be: it sees what arrives, piece by piece, can leave at any moment, and tries nothing
// again by itself.
import { Agent, type ClientRequest, type IncomingHttpHeaders, request } from 'node:http';
import { type Behaviour, plainBehaviour } from './upstream-terms.ts';

export interface Asked {
  /** Gives the request its name everywhere: the end user of its row, and what the upstream writes down. */
  readonly nonce: string;
  readonly behaviour?: Partial<Behaviour>;
  readonly stream?: boolean;
  /** Absent: the gateway chooses the cap. */
  readonly maxTokens?: number;
  /** Called with each piece of the answer's body. */
  readonly onData?: (text: string) => void;
}

export interface ClientAnswer {
  /** 0: the connection ended before there was one. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body came to its end. */
  readonly complete: boolean;
}

export interface Exchange {
  readonly answer: Promise<ClientAnswer>;
  /** Closes the connection at once. */
  leave(): void;
}

export interface Client extends Disposable {
  ask(url: string, asked: Asked): Exchange;
}

export const model = 'proof-model';

/** With spaces, as any usual text: long runs of letters are counted in pieces. */
export function promptOf(behaviour: Partial<Behaviour> = {}): string {
  return JSON.stringify({ ...plainBehaviour, ...behaviour }).replaceAll(',', ', ');
}

/** Every client has a connection of its own; `key`: an API key. */
export function createClient(key: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  return {
    ask(url, asked) {
      const body = JSON.stringify({
        model,
        messages: [{ role: 'user', content: promptOf(asked.behaviour) }],
        user: asked.nonce,
        ...(asked.maxTokens === undefined ? {} : { max_tokens: asked.maxTokens }),
        ...(asked.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
      });
      const outgoing = request(`${url}/v1/chat/completions`, {
        agent,
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      });
      const answer = answerOf(outgoing, asked.onData);
      outgoing.end(body);
      return { answer, leave: () => void outgoing.destroy() };
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function answerOf(outgoing: ClientRequest, onData?: (text: string) => void): Promise<ClientAnswer> {
  return new Promise((resolve) => {
    outgoing.on('error', () => resolve({ status: 0, headers: {}, body: '', complete: false }));
    outgoing.on('response', (incoming) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (text: string) => {
        body += text;
        onData?.(text);
      });
      // Comes after a loss of the connection too.
      incoming.on('error', () => undefined);
      incoming.on('close', () => {
        const { statusCode: status = 0, headers, complete } = incoming;
        resolve({ status, headers, body, complete });
      });
    });
  });
}

/** The text of a stream's chunks, or of a whole answer. */
export function writtenIn(body: string): string {
  if (body.startsWith('{')) return JSON.parse(body).choices[0].message.content;
  return body
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice(6)).choices?.[0]?.delta?.content ?? '')
    .join('');
}
