// An upstream that answers in OpenAI's words and fails as often as it is told to, in every way that comes before the first
// byte of an answer. It counts what it answered in full, by the mark in the prompt.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FaultyUpstream extends AsyncDisposable {
  /** With the version: `http://127.0.0.1:1234/v1`. */
  readonly url: string;
  /** Answers in full, by mark. */
  readonly answered: Map<string, number>;
  readonly requests: () => number;
  readonly faults: () => number;
}

const faults: readonly ((response: ServerResponse) => void)[] = [
  (response) => response.socket?.resetAndDestroy(),
  (response) => fail(response, 500),
  (response) => fail(response, 503),
  (response) => fail(response, 429),
  (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('garbage'),
  (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>'),
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    setTimeout(() => response.socket?.resetAndDestroy(), 2);
  },
];

/** Of ten requests `inTen` fail, spread evenly, one way after the other. */
export async function startFaultyUpstream(inTen: number): Promise<FaultyUpstream> {
  const answered = new Map<string, number>();
  let requests = 0;
  let failed = 0;
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      if ((requests++ * 7) % 10 < inTen) {
        faults[failed++ % faults.length]?.(response);
        return;
      }
      const body = Buffer.concat(pieces).toString();
      const mark = /mark-\d+/.exec(body)?.[0] ?? 'none';
      response.once('finish', () => answered.set(mark, (answered.get(mark) ?? 0) + 1));
      answer(response, mark, body.includes('"stream":true'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    answered,
    requests: () => requests,
    faults: () => failed,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const head = { id: 'chatcmpl-1', created: 1_762_992_000, model: 'upstream-model' };
const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

function answer(response: ServerResponse, mark: string, streams: boolean): void {
  if (!streams) {
    const choice = {
      index: 0,
      message: { role: 'assistant', content: mark },
      logprobs: null,
      finish_reason: 'stop',
    };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...head, object: 'chat.completion', choices: [choice], usage }));
    return;
  }
  const chunk = (choices: object[], members: object = {}) =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...members })}\n\n`;
  const delta = (value: object, finish: string | null = null) => [
    { index: 0, delta: value, finish_reason: finish },
  ];
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk(delta({ role: 'assistant', content: '' })));
  response.write(chunk(delta({ content: mark })));
  response.end(`${chunk(delta({}, 'stop'))}${chunk([], { usage })}data: [DONE]\n\n`);
}

function fail(response: ServerResponse, status: number): void {
  const error = { message: 'no', type: 'server_error', param: null, code: null };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
}
