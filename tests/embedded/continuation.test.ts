// A stream of the real embedded model that is cut in the middle and written on by the same model, at temperature 0: the
// joined text is the one that was never cut. The cutter stands between the gateway and a server of the model.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { modelProcess } from '../support/model-process.ts';
import { type Events, parseEvents, readEvents, textOf } from '../support/read-events.ts';
import { realModel } from '../support/real-model.ts';
import type { Json } from '../support/scripted-upstream.ts';
import { type ServeProcess, serveProcess } from '../support/serve-process.ts';
import { startGateway, type TestGateway, upstreamKey } from '../support/start-gateway.ts';

/** What the gateway under test calls its upstreams with. */
const key = upstreamKey;
let missing: string | undefined;
let modelPath: string;
let data: string;
let serve: ServeProcess;
let cutter: Cutter;
let gateway: TestGateway;

interface Cutter {
  readonly server: Server;
  readonly url: string;
  /** Events with text that the next stream may send before it is cut; 0 = it is not. */
  after: number;
  requests: Json[];
}

/** Passes everything on to `target`, and resets streams where it is told to. */
async function startCutter(target: string): Promise<Cutter> {
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '', target);
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const body = Buffer.concat(pieces);
      cut.requests.push(JSON.parse(body.toString()));
      let left = cut.after === 0 ? Number.POSITIVE_INFINITY : cut.after;
      cut.after = 0;
      const { host: _, ...headers } = incoming.headers;
      const passing = forward(url, { method: incoming.method ?? 'GET', headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('data', (chunk: Buffer) => {
          outgoing.write(chunk);
          left -= chunk.toString().split('"content":"').length - 1;
          if (left > 0) return;
          // What was written is on its way before the connection breaks.
          setImmediate(() => outgoing.socket?.resetAndDestroy());
          passing.destroy();
        });
        answer.on('end', () => outgoing.end());
        answer.on('error', () => outgoing.destroy());
      });
      passing.on('error', () => outgoing.destroy());
      passing.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cut: Cutter = { server, url: `http://127.0.0.1:${port}/v1`, after: 0, requests: [] };
  return cut;
}

beforeAll(async () => {
  const found = await realModel();
  if ('missing' in found) {
    missing = found.missing;
    return;
  }
  modelPath = found.path;
  data = await mkdtemp(join(tmpdir(), 'tollgate-continuation-'));
  serve = await serveProcess({
    data,
    environment: { TOLLGATE_LOCAL_MODEL: modelPath, TOLLGATE_BOOTSTRAP_KEY: key },
  });
  await serve.ready(120_000);
  cutter = await startCutter(serve.url);
  const served = (prefill: string) => ({
    on_stream_failure: 'continue',
    retry: { attempts: 2 },
    price: 'free',
    route: [[{ provider: 'first', model: 'gpt-5.1' }]],
    capabilities: { prefill },
  });
  gateway = await startGateway({
    upstreams: [cutter.url],
    models: { begun: served('continue_final_message'), asked: served('none') },
  });
}, 400_000);

afterAll(async () => {
  if (missing !== undefined) return;
  await gateway[Symbol.asyncDispose]();
  cutter.server.closeAllConnections();
  await new Promise((resolve) => cutter.server.close(resolve));
  expect(await serve.end('SIGTERM')).toBe(0);
  await rm(data, { recursive: true, force: true });
});

beforeEach((context) => context.skip(missing !== undefined, `the real model is not to be had: ${missing}`));

/** A part of them ends by itself, a part at the cap. */
const prompts = [
  'Who wrote Hamlet?',
  'List the planets of the solar system, one on each line.',
  'Write a short poem about the sea.',
  'Explain in three sentences how rain forms.',
  'Write a JavaScript function that adds two numbers.',
];

async function write(model: string, content: string, after: number): Promise<Events> {
  cutter.after = after;
  cutter.requests.length = 0;
  const response = await gateway.chat({
    model,
    messages: [{ role: 'user', content }],
    temperature: 0,
    // The same whatever else is in the cache.
    seed: 1,
    stream: true,
    max_tokens: 90,
  });
  const events = await readEvents(response);
  expect(events.done, events.raw.slice(-300)).toBe(true);
  return events;
}

const finishOf = ({ data }: Events) => data.at(-1).choices[0].finish_reason;

test.each(prompts)('the beginning given, wherever it is cut: %s', { timeout: 400_000 }, async (prompt) => {
  const whole = await write('begun', prompt, 0);
  expect(cutter.requests).toHaveLength(1);
  for (const after of [1, 2, 5, 9, 14, 21]) {
    const joined = await write('begun', prompt, after);
    expect(cutter.requests).toHaveLength(2);
    expect(cutter.requests[1].messages.at(-1).role).toBe('assistant');
    expect([textOf(joined), finishOf(joined)], `cut after ${after}`).toEqual([
      textOf(whole),
      finishOf(whole),
    ]);
  }
});

// What a model of this size makes of being asked in words is its own affair; that it is one answer is ours.
test('asked in words: one answer that begins as it was begun', { timeout: 400_000 }, async () => {
  const prompt = prompts[3] as string;
  const whole = textOf(await write('asked', prompt, 0));
  for (const after of [5, 14]) {
    const joined = textOf(await write('asked', prompt, after));
    const [, continued] = cutter.requests;
    const begun = continued.messages.at(-2).content;
    expect(continued.messages.at(-1).role).toBe('user');
    expect(whole.startsWith(begun)).toBe(true);
    expect(joined.startsWith(begun)).toBe(true);
    expect(joined.length).toBeGreaterThan(begun.length);
  }
});

test('the model process is killed in mid-stream: the answer is whole all the same', {
  timeout: 400_000,
}, async (context) => {
  if (process.platform !== 'linux') context.skip('needs Linux: it looks for the process in /proc');
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-continuation-'));
  const config = join(folder, 'tollgate.yaml');
  const served = { on_stream_failure: 'continue', retry: { attempts: 2 }, route: [[{ provider: 'local' }]] };
  await writeFile(config, JSON.stringify({ models: { 'gpt-5.1': served } }));
  const own = await serveProcess({
    data: join(folder, 'data'),
    environment: {
      TOLLGATE_LOCAL_MODEL: modelPath,
      TOLLGATE_BOOTSTRAP_KEY: key,
      TOLLGATE_CONFIG: config,
    },
  });
  try {
    await own.ready(120_000);
    const ask = async (onText: () => Promise<void>): Promise<Events> => {
      const response = await fetch(`${own.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'gpt-5.1',
          messages: [{ role: 'user', content: prompts[0] }],
          temperature: 0,
          seed: 1,
          stream: true,
          max_tokens: 90,
        }),
      });
      let raw = '';
      let told = false;
      const decoder = new TextDecoder();
      for await (const piece of response.body ?? []) {
        raw += decoder.decode(piece as Uint8Array, { stream: true });
        if (told || raw.split('"content":"').length < 8) continue;
        told = true;
        await onText();
      }
      return parseEvents(raw);
    };
    const whole = await ask(async () => undefined);
    const killed = await modelProcess(own.child.pid ?? 0);
    const joined = await ask(async () => void process.kill(killed, 'SIGKILL'));
    expect(await modelProcess(own.child.pid ?? 0)).not.toBe(killed);
    expect(joined.done, joined.raw.slice(-300)).toBe(true);
    expect(textOf(joined)).toBe(textOf(whole));
  } finally {
    await own.end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
});
