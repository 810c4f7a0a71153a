// A tool loop that one provider began and another goes on with, as routes and clients do it: what the first wanted back
// means nothing to the second, and must neither be sent to it nor keep it from answering.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Json } from '../support/scripted-upstream.ts';
import { type WireName, wireNames } from './wires/all.ts';
import { greeting } from './wires/perfect-model.ts';
import { type Stand, startStand } from './wires/stand.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
beforeEach(() => {
  for (const place of Object.values(stand.at)) place.reset();
});
afterAll(() => stand?.[Symbol.asyncDispose]());

const question = { role: 'user', content: 'Weather in Rome?' };
const parameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const tools = ['weather', 'clock'].map((name) => ({ type: 'function', function: { name, parameters } }));

async function ask(name: WireName, messages: readonly Json[]): Promise<Json> {
  const model = stand.at[name].model;
  const response = await stand.gateway.chat({ model, messages, tools, reasoning_effort: 'high' });
  const answer = (await response.json()) as Json;
  expect(response.status, `${name}: ${JSON.stringify(answer)}`).toBe(200);
  return answer.choices[0].message;
}

const clients = {
  'a client that sends back all it got': (message: Json) => message,
  'a client that knows what OpenAI knows': ({ role, content, tool_calls: calls }: Json) => ({
    role,
    content,
    tool_calls: calls.map(({ id, type, function: fn }: Json) => ({ id, type, function: fn })),
  }),
};

test.each(wireNames)('begun at %s, ended at every other', { timeout: 60_000 }, async (origin) => {
  for (const keep of Object.values(clients)) {
    const message = keep(await ask(origin, [question]));
    const results = message.tool_calls.map(({ id }: Json, place: number) => ({
      role: 'tool',
      tool_call_id: id,
      content: `result ${place}`,
    }));
    for (const name of wireNames) {
      stand.at[name].reset();
      expect((await ask(name, [question, message, ...results])).content).toBe(greeting);
      const [asked] = stand.at[name].heard();
      const heard = asked?.turns.flatMap((turn) => turn.results ?? []).map(({ text }) => text);
      expect(heard, name).toEqual(['result 0', 'result 1']);
      const calls = asked?.turns.flatMap((turn) => turn.calls ?? []).map((call) => [call.name, call.input]);
      expect(calls, name).toEqual([
        ['weather', { city: 'Rome' }],
        ['clock', { city: 'Rome' }],
      ]);
    }
  }
});
