// Answers read from a real server that behaves well, badly, or not at all.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../../console/src/pages/playground/stream/answer.ts';
import { type RawEvent, readAnswer } from '../../../console/src/pages/playground/stream/read-answer.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Reads the answer of a real server that behaves like `serve`. */
async function read(
  serve: (response: ServerResponse) => void,
  onAnswer: (answer: Answer, stop: () => void) => void = () => {},
) {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => serve(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const controller = new AbortController();
  const events: RawEvent[] = [];
  let time = 0;
  const answer = await readAnswer({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`,
    key: 'sk-test',
    body: {},
    signal: controller.signal,
    now: () => ++time,
    fetch,
    onAnswer: (each) => onAnswer(each, () => controller.abort()),
    onEvent: (event) => events.push(event),
  });
  return { answer, events };
}

const chunk = (delta: object, more: object = {}) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null, ...more }] })}\n\n`;
const finish = (reason: string) => chunk({}, { finish_reason: reason });
const usage = `data: ${JSON.stringify({
  choices: [],
  usage: {
    prompt_tokens: 9,
    completion_tokens: 4,
    prompt_tokens_details: { cached_tokens: 2 },
    completion_tokens_details: { reasoning_tokens: 1 },
  },
})}\n\n`;
const done = 'data: [DONE]\n\n';
const sse = (response: ServerResponse, ...texts: string[]) => {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'x-request-id': 'req_1',
    'x-tollgate-served-by': 'first/m',
    'x-tollgate-max-tokens': '77',
  });
  response.end(texts.join(''));
};

describe('an answer', () => {
  it('has reasoning, text, usage and what the headers say', async () => {
    const { answer, events } = await read((response) =>
      sse(
        response,
        chunk({ role: 'assistant', content: '' }),
        ': keep-alive\n\n',
        chunk({ reasoning_content: 'Let me ' }),
        chunk({ reasoning_content: 'see.' }),
        chunk({ content: 'Hel' }),
        chunk({ content: 'lo' }),
        finish('stop'),
        usage,
        done,
      ),
    );
    expect(answer).toMatchObject({
      status: 'done',
      text: 'Hello',
      reasoning: 'Let me see.',
      finishReason: 'stop',
      usage: { input: 9, output: 4, cachedInput: 2, reasoning: 1 },
      requestId: 'req_1',
      servedBy: 'first/m',
      outputCap: 77,
    });
    expect(answer.error).toBeUndefined();
    expect(answer.reasoningUntil).toBeGreaterThan(answer.reasoningFrom ?? Number.POSITIVE_INFINITY);
    expect(answer.firstTokenAt).toBe(answer.reasoningFrom);
    expect(events).toHaveLength(9);
    expect(events.at(-1)?.text).toBe('[DONE]');
    expect(events.map(({ text }) => text)).toContain(': keep-alive');
  });

  it('puts the arguments of parallel calls together, however they are mixed', async () => {
    const call = (index: number, rest: object) => chunk({ tool_calls: [{ index, ...rest }] });
    const { answer } = await read((response) =>
      sse(
        response,
        call(0, { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '' } }),
        call(1, { id: 'call_b', type: 'function', function: { name: 'time', arguments: '{"zo' } }),
        call(0, { function: { arguments: '{"city":"Graz"}' } }),
        call(1, { function: { arguments: 'ne":"UTC"}' } }),
        finish('tool_calls'),
        done,
      ),
    );
    expect(answer.toolCalls).toEqual([
      { id: 'call_a', name: 'weather', arguments: '{"city":"Graz"}' },
      { id: 'call_b', name: 'time', arguments: '{"zone":"UTC"}' },
    ]);
    expect(answer.finishReason).toBe('tool_calls');
  });

  it('fails with the words of the envelope where it is refused', async () => {
    const { answer } = await read((response) => {
      response.writeHead(429, { 'content-type': 'application/json', 'x-request-id': 'req_2' });
      response.end(
        '{"error":{"message":"No room.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}',
      );
    });
    expect(answer).toMatchObject({
      status: 'failed',
      requestId: 'req_2',
      error: { message: 'No room.', code: 'insufficient_quota', status: 429 },
    });
  });

  it('fails in plain words where the refusal is no envelope', async () => {
    const { answer } = await read((response) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<h1>Bad gateway</h1>');
    });
    expect(answer.error?.message).toContain('status 502');
  });

  it('keeps what came before an error in the stream', async () => {
    const { answer } = await read((response) =>
      sse(
        response,
        chunk({ content: 'Half' }),
        'data: {"error":{"message":"Upstream was lost.","type":"server_error","param":null,"code":"upstream_error"}}\n\n',
      ),
    );
    expect(answer).toMatchObject({
      status: 'failed',
      text: 'Half',
      error: { message: 'Upstream was lost.', code: 'upstream_error' },
    });
    expect(answer.error).not.toHaveProperty('status');
  });

  it('is not complete without its end, even after a finish reason', async () => {
    const { answer } = await read((response) => sse(response, chunk({ content: 'Half' }), finish('stop')));
    expect(answer).toMatchObject({ status: 'failed', text: 'Half', error: { code: 'stream_broken' } });
  });

  it('broke off when the connection is lost', async () => {
    const { answer } = await read((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'Half' }), () => setTimeout(() => response.destroy(), 50));
    });
    expect(answer).toMatchObject({ status: 'failed', text: 'Half', error: { code: 'stream_broken' } });
  });

  it('is stopped by its reader, and keeps what was delivered', async () => {
    let left = false;
    const { answer } = await read(
      (response) => {
        response.on('close', () => {
          left = true;
        });
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(chunk({ content: 'Half' }));
      },
      (each, stop) => {
        if (each.text === 'Half') stop();
      },
    );
    expect(answer).toMatchObject({ status: 'stopped', text: 'Half' });
    expect(answer.error).toBeUndefined();
    await expect.poll(() => left, { timeout: 10_000 }).toBe(true);
  });

  it('says so when nobody answers', async () => {
    const { answer } = await read((response) => {
      response.destroy();
    });
    expect(answer).toMatchObject({ status: 'failed', error: { code: 'no_answer' } });
  });
});
