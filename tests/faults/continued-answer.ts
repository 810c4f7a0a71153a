// What the tests of continued streams have in common: models that go on, upstreams that are lost or write on, and what one
// answer is.
import { expect } from 'vitest';
import { type Events, readEvents } from '../support/read-events.ts';
import {
  done,
  finish,
  type Json,
  roleChunk,
  type Script,
  type Step,
  stream,
  text,
  usageChunk,
} from '../support/scripted-upstream.ts';
import { ask, type TestGateway } from '../support/start-gateway.ts';

export const limits = { connect: '5s', first_token: '5s', idle: '2s', total: '60s' };
export const model = { on_stream_failure: 'continue', timeouts: limits };
export const server = { circuit_breaker: 'off', heartbeat: '100ms' };

export const streamed = (members: Json = {}) =>
  ask({ stream: true, stream_options: { include_usage: true }, ...members });

export async function answer(gateway: TestGateway, members: Json = {}): Promise<Events> {
  const response = await gateway.chat(streamed(members), { signal: AbortSignal.timeout(20_000) });
  expect(response.status).toBe(200);
  return readEvents(response);
}

/** One answer as the wire contract wants it: one identity, one role, one finish reason, usage last, `[DONE]`. */
export function expectOne(events: Events): void {
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

/** Resets once what it wrote has arrived. */
export const lost = (...steps: Step[]): Script => stream([roleChunk, ...steps, { wait: 20 }, 'RESET']);
export const goesOn = (...texts: string[]): Script =>
  stream([roleChunk, ...texts.map((piece) => text(piece)), finish(), usageChunk(), done]);
