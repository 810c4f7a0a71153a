// Links to conversations: what goes in comes out, and what anybody else made does no harm.
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptySetup,
  type Session,
  type Turn,
} from '../../../console/src/pages/playground/conversation/session.ts';
import { emptyThread, pathOf, withTurn } from '../../../console/src/pages/playground/conversation/thread.ts';
import { fromShared, toShared } from '../../../console/src/pages/playground/share/shared.ts';
import { newAnswer } from '../../../console/src/pages/playground/stream/answer.ts';
import { pack, unpack } from '../../../console/src/ui/playground-link/pack.ts';

let count = 0;
const nextId = () => `id${++count}`;
const image = (size: number) => ({
  name: 'a.png',
  url: `data:image/png;base64,${'A'.repeat(size)}`,
  width: 1,
  height: 2,
  bytes: size,
});
const turns: Turn[] = [
  { role: 'user', text: 'Grüße 👋', images: [image(8), image(9_000)] },
  {
    role: 'assistant',
    model: 'm',
    answer: {
      ...newAnswer(0),
      status: 'done',
      text: '',
      reasoning: 'Hm',
      toolCalls: [
        { id: 'a', name: 'x', arguments: '{}' },
        { id: 'b', name: 'x', arguments: '{}' },
      ],
    },
    results: ['1', undefined],
    format: { type: 'json_schema', name: 'then', schema: '{"type":"object"}', strict: true },
  },
];
const session = (): Session => ({
  ...emptySetup,
  id: 's',
  updatedAt: 1,
  system: 'Be brief.',
  parameters: { temperature: 0.2, stop: ['\n'], reasoning_effort: 'low' },
  tools: [{ id: 't', name: 'x', description: '', parameters: '{', strict: true }],
  toolChoice: 'function:x',
  format: { type: 'json_schema', name: 'n', schema: '{}', strict: false },
  lanes: [
    {
      id: 'l',
      model: 'm',
      thread: turns.reduce(
        (thread, turn, at) => withTurn(thread, at === 0 ? undefined : `t${at - 1}`, `t${at}`, turn),
        emptyThread<Turn>(),
      ),
    },
  ],
});

describe('a link', () => {
  it('carries the conversation, but for large images', async () => {
    const { shared, imagesLeftOut } = toShared(session());
    expect(imagesLeftOut).toBe(1);
    const packed = await pack(shared);
    expect(packed).toMatch(/^[\w.-]+$/);
    const read = fromShared(await unpack(packed), nextId, 5);
    const { id: _id, updatedAt: _at, lanes, tools, ...rest } = read as Session;
    const { id: _id2, updatedAt: _at2, lanes: _lanes, tools: given, ...expected } = session();
    expect(rest).toEqual(expected);
    expect(tools).toMatchObject(given.map(({ id: _, ...tool }) => tool));
    const [question, answer] = pathOf(lanes[0]?.thread ?? emptyThread<Turn>()).map(({ turn }) => turn);
    expect(question).toEqual({ role: 'user', text: 'Grüße 👋', images: [image(8)] });
    expect(answer).toMatchObject({
      model: 'm',
      answer: { reasoning: 'Hm' },
      results: ['1', undefined],
      format: { name: 'then' },
    });
    expect((answer as { answer: { toolCalls: unknown } }).answer.toolCalls).toHaveLength(2);
  });

  it('carries the answers of both models of a comparison, each in its own column', async () => {
    const [question = turns[0]] = turns;
    const laneOf = (model: string, text: string): Session['lanes'][number] => ({
      id: model,
      model,
      thread: [
        question as Turn,
        { role: 'assistant', model, answer: { ...newAnswer(0), status: 'done', text }, results: [] } as Turn,
      ].reduce(
        (thread, turn, at) => withTurn(thread, at === 0 ? undefined : `t${at - 1}`, `t${at}`, turn),
        emptyThread<Turn>(),
      ),
    });
    const given = { ...session(), lanes: [laneOf('alpha', 'first'), laneOf('slow', 'second')] };
    const { shared, imagesLeftOut } = toShared(given);
    expect(imagesLeftOut).toBe(1);
    const textsOf = (read: Session | undefined) =>
      read?.lanes.map(({ thread }) =>
        pathOf(thread).map(({ turn }) =>
          turn.role === 'user' ? turn.text : `${turn.model}: ${turn.answer.text}`,
        ),
      );
    expect(textsOf(fromShared(await unpack(await pack(shared)), nextId, 5))).toEqual([
      ['Grüße 👋', 'alpha: first'],
      ['Grüße 👋', 'slow: second'],
    ]);
    // A link that has the answers of one only shows them under that one.
    const { others: _others, ...without } = shared;
    expect(textsOf(fromShared(without, nextId, 5))).toEqual([['Grüße 👋', 'alpha: first'], ['Grüße 👋']]);
  });

  it('is short where much repeats', async () => {
    const text = 'The same sentence again and again. '.repeat(500);
    expect((await pack({ text })).length).toBeLessThan(500);
  });

  it('of any JSON comes out as it went in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const json = JSON.parse(JSON.stringify(value)) as unknown;
        expect(await unpack(await pack(json))).toEqual(json);
      }),
    );
  });

  it('that was cut off, made up or swells is none', async () => {
    const packed = await pack(toShared(session()).shared);
    for (const bad of ['', 'c1.', 'c1.%%%', packed.slice(0, -9), `x${packed}`, packed.slice(3)]) {
      expect(await unpack(bad)).toBeUndefined();
    }
    const bomb = deflateRawSync(Buffer.from(`"${'a'.repeat(6_000_000)}"`)).toString('base64url');
    expect(await unpack(`c1.${bomb}`)).toBeUndefined();
  });

  it.each([
    null,
    [],
    {},
    { v: 2 },
    { models: [] },
    { models: [1] },
    { models: ['a', 'b', 'c'] },
    { turns: 'x' },
    { others: 'x' },
    { others: [[{ role: 'system', text: 'x' }]] },
    { others: [[], []] },
    { turns: [{ role: 'system', text: 'x' }] },
    { turns: [{ role: 'user', text: 'x', images: [{ ...image(1), url: 'https://example.com/a.png' }] }] },
    { turns: [{ role: 'assistant', model: 'm', text: 'x', calls: [{ id: 1 }] }] },
    { setup: { ...emptySetup, parameters: { temperature: 3 } } },
    { setup: { ...emptySetup, parameters: { reasoning_effort: 'huge' } } },
    { setup: { ...emptySetup, parameters: { stop: ['1', '2', '3', '4', '5'] } } },
    { setup: { ...emptySetup, tools: [{ name: 'x' }] } },
    { setup: { ...emptySetup, format: { type: 'grammar' } } },
  ])('with %o in it is refused', (members) => {
    const good = toShared(session()).shared;
    const bad = members !== null && !Array.isArray(members) && Object.keys(members).length > 0;
    expect(fromShared(bad ? { ...good, ...members } : members, nextId, 5)).toBeUndefined();
  });
});
