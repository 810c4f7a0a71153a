// What passes through to the upstream untouched, and the little that is adapted to it. CONTRACT section 1.
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEvents } from '../../support/read-events.ts';
import {
  choice,
  chunk,
  completion,
  done,
  finish,
  polite,
  type ScriptedUpstream,
  stream,
  text,
  whole,
} from '../../support/scripted-upstream.ts';
import { ask, type TestGateway } from '../../support/start-gateway.ts';
import { startWorld, type World } from '../matrix/world.ts';

let world: World;
let upstream: ScriptedUpstream;
let gateway: TestGateway;
let client: OpenAI;

beforeAll(async () => {
  world = await startWorld();
  ({ upstream, gateway } = world);
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
});
beforeEach(() => upstream.always(polite));
afterAll(() => world?.[Symbol.asyncDispose]());

describe('what passes through untouched', () => {
  test.each([
    [
      'a JSON schema',
      {
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'a',
            strict: true,
            schema: { type: 'object', properties: { a: { type: 'string' } } },
          },
        },
      },
    ],
    [
      'an image',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What?' },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } },
            ],
          },
        ],
      },
    ],
    ['unknown members', { top_k: 40, chat_template_kwargs: { enable_thinking: false } }],
    [
      'reasoning of earlier turns',
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b', reasoning_content: 'c' },
          { role: 'user', content: 'd' },
        ],
      },
    ],
    ['names of prototype members', { constructor: 1, toString: { a: 1 }, hasOwnProperty: null }],
  ])('%s', async (_, members) => {
    await client.chat.completions.create(ask(members));
    expect(upstream.last().body).toEqual(ask({ ...members, model: 'upstream-model' }));
  });

  test('reasoning is `reasoning_content`, whatever the upstream calls it', async () => {
    for (const name of ['reasoning', 'reasoning_content']) {
      upstream.next(whole(completion({ choices: [choice({ message: { [name]: 'Hm.' } })] })));
      const answer = await client.chat.completions.create(ask());
      expect(answer.choices[0]?.message).toMatchObject({
        reasoning_content: 'Hm.',
        content: 'Hello, world!',
      });
      expect(answer.choices[0]?.message).not.toHaveProperty('reasoning');

      upstream.next(
        stream([
          chunk({ role: 'assistant', [name]: 'Hm' }),
          chunk({ [name]: '.' }),
          text('Hi'),
          finish(),
          done,
        ]),
      );
      const deltas = (await readEvents(await gateway.chat(ask({ stream: true })))).data.map(
        (part) => part.choices[0].delta,
      );
      expect(deltas.map((delta) => delta.reasoning_content ?? '').join('')).toBe('Hm.');
      expect(deltas.some((delta) => 'reasoning' in delta)).toBe(false);
    }
  });
});

describe('what is adapted to the upstream', () => {
  test.each([
    ['max_tokens', { max_tokens: 7 }, { max_tokens: 7 }],
    ['max_completion_tokens', { max_completion_tokens: 7 }, { max_tokens: 7 }],
    ['both caps', { max_tokens: 9, max_completion_tokens: 7 }, { max_tokens: 7 }],
    ['a cap of null', { max_completion_tokens: null }, {}],
  ])('%s', async (_, sent, expected) => {
    await client.chat.completions.create(ask(sent));
    expect(upstream.last().body).toEqual(ask({ model: 'upstream-model', ...expected }));
  });

  test('the developer role becomes system', async () => {
    await client.chat.completions.create(
      ask({
        messages: [
          { role: 'developer', content: 'Be brief.' },
          { role: 'user', content: 'Hi' },
        ],
      }),
    );
    expect(upstream.last().body.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ]);
  });

  test('the upstream gets its own key, never the client’s', async () => {
    await client.chat.completions.create(ask());
    expect(upstream.last().headers.authorization).toMatch(/^Bearer sk-upstream-/);
    expect(JSON.stringify(upstream.last().headers)).not.toContain(gateway.key);
  });
});
