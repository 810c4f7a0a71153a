// The same conversation through every adapter: each provider is asked the same, in its own words, and the client gets
// the same answer, whole and streamed. The first adapter, which hardly translates, is what the others are held against.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEvents } from '../support/read-events.ts';
import type { Json } from '../support/scripted-upstream.ts';
import { ofStream, ofWhole, type SeenAnswer } from './answers-seen.ts';
import { type Conversation, conversations } from './conversations.ts';
import { type WireName, wireNames } from './wires/all.ts';
import { type Stand, startStand } from './wires/stand.ts';
import type { Asked, AskedTurn } from './wires/wire.ts';

const [reference, ...others] = wireNames as [WireName, ...WireName[]];
/** Chat completions of OpenAI tell no thoughts. */
const thoughtless: readonly WireName[] = ['openai', 'azure-openai', 'azure-openai (dated)'];

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
beforeEach(() => {
  for (const place of Object.values(stand.at)) place.reset();
});
afterAll(() => stand?.[Symbol.asyncDispose]());

const asked = (name: WireName, { request }: Conversation, members: Json = {}) =>
  stand.gateway.chat({ model: stand.at[name].model, ...request, ...members });

async function whole(name: WireName, conversation: Conversation): Promise<SeenAnswer> {
  const response = await asked(name, conversation);
  const answer = (await response.json()) as Json;
  expect(response.status, JSON.stringify(answer)).toBe(200);
  return ofWhole(answer);
}

async function streamed(name: WireName, conversation: Conversation): Promise<SeenAnswer> {
  const options = { stream: true, stream_options: { include_usage: true } };
  const response = await asked(name, conversation, options);
  expect(response.status, response.ok ? '' : await response.clone().text()).toBe(200);
  const events = await readEvents(response);
  expect(events.done).toBe(true);
  return ofStream(events);
}

/** Turns of one role in a row are one, and calls are known by their place: providers differ in both. */
function comparable({ turns, stream: _, cap: __, remembered: ___, ...rest }: Asked): Json {
  const merged: AskedTurn[] = [];
  const places = new Map<string, number>();
  for (const turn of turns) {
    const calls = turn.calls?.map((call) => {
      places.set(call.id, places.size);
      return { ...call, id: String(places.get(call.id)) };
    });
    const results = turn.results?.map(({ id, text }) => ({ id: String(places.get(id)), text }));
    const same = { ...turn, ...(calls ? { calls } : {}), ...(results ? { results } : {}) };
    const last = merged.at(-1);
    if (last?.role !== turn.role) merged.push(same);
    else merged[merged.length - 1] = joined(last, same);
  }
  return { ...rest, turns: merged };
}

function joined(one: AskedTurn, two: AskedTurn): AskedTurn {
  return {
    role: one.role,
    ...(one.text || two.text ? { text: `${one.text ?? ''}${two.text ?? ''}` } : {}),
    ...(one.media || two.media ? { media: [...(one.media ?? []), ...(two.media ?? [])] } : {}),
    ...(one.calls || two.calls ? { calls: [...(one.calls ?? []), ...(two.calls ?? [])] } : {}),
    ...(one.results || two.results ? { results: [...(one.results ?? []), ...(two.results ?? [])] } : {}),
  };
}

function without(asked: Json, members: readonly (keyof Asked)[]): Json {
  return Object.fromEntries(Object.entries(asked).filter(([name]) => !members.includes(name as keyof Asked)));
}

function withoutThoughts({ choices, usage }: SeenAnswer): SeenAnswer {
  return {
    choices: choices.map((choice) => ({ ...choice, reasoning: '' })),
    usage: {
      ...usage,
      completion: usage.completion - usage.reasoning,
      total: usage.total - usage.reasoning,
      reasoning: 0,
    },
  };
}

describe.each(Object.entries(conversations))('%s', (_, conversation) => {
  const { refused = {}, asksOtherwise = {}, answersOtherwise = {}, usageOtherwise = {} } = conversation;
  const judged = (name: WireName, answer: SeenAnswer) =>
    usageOtherwise[name] === undefined ? answer : { choices: answer.choices };

  test('the stream says what the whole answer says', async () => {
    for (const name of wireNames.filter((each) => refused[each] === undefined)) {
      expect.soft({ [name]: judged(name, await streamed(name, conversation)) }).toEqual({
        [name]: judged(name, await whole(name, conversation)),
      });
    }
  });

  test('every provider is asked the same and the client gets the same', async () => {
    const answer = await whole(reference, conversation);
    const question = comparable(stand.at[reference].heard()[0] as Asked);
    for (const name of others.filter((each) => refused[each] === undefined)) {
      const got = await whole(name, conversation);
      const but = [
        ...(asksOtherwise[name] ?? []),
        ...(thoughtless.includes(name) ? ['thinks' as const] : []),
      ];
      expect.soft({ [name]: without(comparable(stand.at[name].heard()[0] as Asked), but) }).toEqual({
        [name]: without(question, but),
      });
      if (answersOtherwise[name] !== undefined) continue;
      expect.soft({ [name]: judged(name, got) }).toEqual({
        [name]: judged(name, thoughtless.includes(name) ? withoutThoughts(answer) : answer),
      });
    }
  });

  if (Object.keys(refused).length === 0) return;
  test('whoever cannot says so before anything is sent', async () => {
    for (const [name, param] of Object.entries(refused) as [WireName, string][]) {
      const response = await asked(name, conversation);
      expect(response.status).toBe(400);
      expect(((await response.json()) as Json).error.param).toBe(param);
      expect(stand.at[name].heard()).toEqual([]);
    }
  });
});
