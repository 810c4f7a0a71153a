// The bytes of a stream that breaks: one error frame without choices, no [DONE], and nothing of the upstream's that is
// nobody's business. CONTRACT section 3, "Errors".
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEvents, textOf } from '../../support/read-events.ts';
import { type ScriptedUpstream, stream } from '../../support/scripted-upstream.ts';
import { deliveredText, streamFaults } from '../../support/scripts/stream-faults.ts';
import { ask, type TestGateway } from '../../support/start-gateway.ts';
import { startWorld, type World } from '../matrix/world.ts';

let world: World;
let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  world = await startWorld();
  ({ upstream, gateway } = world);
});
afterAll(() => world?.[Symbol.asyncDispose]());

test.each(Object.entries(streamFaults))('%s', async (_, steps) => {
  for (const stream_options of [undefined, { include_usage: true }]) {
    upstream.next(stream(steps));
    const events = await readEvents(
      await gateway.chat(ask({ stream: true, ...(stream_options ? { stream_options } : {}) })),
    );
    expect(events.done).toBe(false);
    expect(textOf(events)).toBe(deliveredText);
    expect(events.data.at(-1)).toEqual({
      error: {
        message: expect.stringMatching(/^The model provider failed to answer this request \(/),
        type: 'server_error',
        param: null,
        code: 'upstream_error',
      },
    });
    expect(events.data.filter((chunk) => 'error' in chunk)).toHaveLength(1);
    expect(
      events.data.flatMap((chunk) => chunk.choices ?? []).filter((choice) => choice.finish_reason),
    ).toEqual([]);
    expect(events.raw).not.toMatch(/10\.9\.8\.7|sk-upstream|Bad Gateway/);
    expect(await gateway.row()).toMatchObject({ state: 'settled', partial: true, error: 'upstream_error' });
  }
});
