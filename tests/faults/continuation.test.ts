// `on_stream_failure: continue`: an upstream is lost after text has gone out, and another one writes on. What the client
// sees is one answer, what the ledger has is both parts, and what cannot be joined still ends with an honest error.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Events, readEvents, textOf } from '../support/read-events.ts';
import {
  chunk,
  done,
  event,
  finish,
  type Json,
  polite,
  refusal,
  roleChunk,
  type Script,
  type ScriptedUpstream,
  startUpstream,
  type Step,
  stream,
  text,
  usageChunk,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
/** The second target takes the beginning of an answer; in the other gateway it has to be asked in words. */
let prefilled: TestGateway;
let worded: TestGateway;

const limits = { connect: '5s', first_token: '5s', idle: '400ms', total: '60s' };
const model = { on_stream_failure: 'continue', timeouts: limits };
const server = { circuit_breaker: 'off', heartbeat: '100ms' };

beforeAll(async () => {
  first = await startUpstream(polite);
  second = await startUpstream(polite);
  const upstreams = [first.url, second.url];
  const provider = { capabilities: { prefill: 'continue_final_message' } };
  prefilled = await startGateway({ upstreams, model, server, provider });
  worded = await startGateway({ upstreams, model, server });
});
beforeEach(() => {
  first.always(polite);
  second.always(polite);
  first.requests.length = 0;
  second.requests.length = 0;
});
afterAll(async () => {
  for (const part of [prefilled, worded, first, second]) await part?.[Symbol.asyncDispose]();
});

const streamed = (members: Json = {}) =>
  ask({ stream: true, stream_options: { include_usage: true }, ...members });
const asked = () => [first.requests.length, second.requests.length];

async function answer(gateway: TestGateway, members: Json = {}): Promise<Events> {
  const response = await gateway.chat(streamed(members), { signal: AbortSignal.timeout(20_000) });
  expect(response.status).toBe(200);
  return readEvents(response);
}

/** One answer as the wire contract wants it: one identity, one role, one finish reason, usage last, `[DONE]`. */
function expectOne(events: Events): void {
  const chunks = events.data;
  expect(events.done).toBe(true);
  expect(chunks.some((chunk) => chunk.error)).toBe(false);
  expect(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size).toBe(1);
  const deltas = chunks.flatMap(({ choices }) => choices);
  expect(deltas.filter(({ delta }) => delta.role !== undefined)).toHaveLength(1);
  expect(deltas.filter(({ finish_reason }) => finish_reason)).toHaveLength(1);
  expect(chunks.filter(({ usage }) => usage)).toHaveLength(1);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: expect.any(Object) });
}

function expectFailure(events: Events, code = 'upstream_error'): void {
  expect(events.done).toBe(false);
  expect(events.data.at(-1).error).toMatchObject({ code });
}

const lost = (...steps: Step[]): Script => stream([roleChunk, ...steps, 'RESET']);
const goesOn = (...texts: string[]): Script =>
  stream([roleChunk, ...texts.map((piece) => text(piece)), finish(), usageChunk(), done]);

describe('every kind of death', () => {
  const deaths: [string, Step[]][] = [
    ['a reset', ['RESET']],
    ['silence', ['STALL']],
    ['an end without a finish reason', ['END']],
    ['[DONE] without a finish reason', [done]],
    ['an error in-band', [event({ error: { message: 'overloaded', code: 503 } })]],
    ['half an event', ['data: {"choices":[{"index":0,"del', 'RESET']],
    ['garbage', ['data: {oh no}\n\n']],
    ['half a character', [Buffer.from(text('é')).subarray(0, Buffer.from(text('é')).indexOf(0xc3) + 1), 'RESET']],
  ];
  test.each(deaths)('%s: the next target goes on', async (_, death) => {
    first.next(stream([roleChunk, text('Once upon'), ...death]));
    second.next(goesOn(' a time', '.'));
    const events = await answer(prefilled);
    expectOne(events);
    expect(textOf(events)).toBe('Once upon a time.');
    expect(asked()).toEqual([1, 1]);
    expect(second.last().body).toMatchObject({
      continue_final_message: true,
      add_generation_prompt: false,
      messages: [
        { role: 'user', content: 'Say hello.' },
        { role: 'assistant', content: 'Once upon' },
      ],
    });
  });
});
