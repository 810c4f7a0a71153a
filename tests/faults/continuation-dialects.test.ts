// An answer begun on one provider's wire and written on over another's, each pair of them: every wire reads its request as
// strictly as its provider would, and the client sees one answer.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { broken } from '../providers/wire-faults.ts';
import { wireNames, wires } from '../providers/wires/all.ts';
import { delivered, greeting } from '../providers/wires/perfect-model.ts';
import type { AskedTurn, Wire } from '../providers/wires/wire.ts';
import { readEvents, textOf } from '../support/read-events.ts';
import { type Script, type ScriptedUpstream, startUpstream, stream } from '../support/scripted-upstream.ts';
import { ask, price, startGateway, type TestGateway } from '../support/start-gateway.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream();
  const origin = `http://127.0.0.1:${upstream.port}`;
  const nameOf = (name: string) => `p-${name.replaceAll(/[^a-z]+/g, '-')}x`;
  const route = (name: keyof typeof wires) => [{ provider: nameOf(name), model: wires[name].model }];
  // Read at the start alone.
  const server = { circuit_breaker: 'off' };
  gateway = await startGateway({ upstreams: [upstream.url], server });
  await gateway.configure({
    server,
    providers: Object.fromEntries(
      wireNames.map((name) => [
        nameOf(name),
        { api_key: 'sk-0123456789abcdefghijklmn', ...wires[name].provider(origin) },
      ]),
    ),
    models: Object.fromEntries(
      wireNames.flatMap((begins) =>
        wireNames.map((goesOn) => [
          `${begins}-${goesOn}`.replaceAll(' ', '_'),
          {
            price,
            on_stream_failure: 'continue',
            route: [route(begins), route(goesOn)],
            ...(begins === goesOn ? { retry: { attempts: 2 } } : {}),
          },
        ]),
      ),
    ),
  });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
});

/** Writes on as it is asked to: behind the beginning it was given, or from the last words on. */
function writesOn(wire: Wire, turns: (given: readonly AskedTurn[]) => void): Script {
  return async (answer) => {
    const asked = wire.read(answer.request);
    turns(asked.turns);
    const last = asked.turns.at(-1);
    const text =
      last?.role === 'assistant' ? greeting.slice(last.text?.length) : greeting.slice('Hello '.length);
    const choices = [
      { reasoning: undefined, tokens: text.split(/(?= )/), calls: [], finish: 'stop' as const },
    ];
    const frames = wire.frames(
      { number: 1, choices, usage: { input: 30, cached: 0, output: 9, reasoning: 0 } },
      asked,
    );
    await stream(frames, { 'content-type': wire.streamType })(answer);
  };
}

describe.each(wireNames)('begun on %s', (begins) => {
  test.each(wireNames)('written on over %s', async (goesOn) => {
    let turns: readonly AskedTurn[] = [];
    upstream.next(
      broken(wires[begins], () => [{ wait: 20 }, 'RESET']),
      writesOn(wires[goesOn], (given) => {
        turns = given;
      }),
    );
    const model = `${begins}-${goesOn}`.replaceAll(' ', '_');
    const body = ask({ model, stream: true, stream_options: { include_usage: true } });
    const events = await readEvents(await gateway.chat(body));
    expect(events.done, events.raw.slice(-400)).toBe(true);
    expect(textOf(events)).toBe(greeting);
    const chunks = events.data;
    expect(new Set(chunks.map(({ id, created }) => `${id} ${created}`)).size).toBe(1);
    const deltas = chunks.flatMap(({ choices }) => choices);
    expect(deltas.filter(({ delta }) => delta.role !== undefined)).toHaveLength(1);
    expect(deltas.filter(({ finish_reason: reason }) => reason)).toHaveLength(1);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: expect.any(Object) });

    const takesBeginnings = /^(?:anthropic|bedrock) \((?:budget|older)\)$/.test(goesOn);
    expect(turns.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      ...(takesBeginnings ? [] : ['user']),
    ]);
    expect(turns[1]?.text).toBe(delivered.trimEnd());
    const row = await gateway.row();
    expect(row).toMatchObject({ state: 'settled', partial: false, usageSource: 'estimated' });
    expect(row.attempts).toMatchObject([
      { status: 200, error: 'upstream_error' },
      { status: 200, usage: { input: 30, output: 9 } },
    ]);
  });
});
