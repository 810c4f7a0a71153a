// What users of LangChain do besides the matrix: structured output by other ways, chains, batches, retries.
import { JsonOutputParser, StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { ChatOpenAI, type ChatOpenAIFields } from '@langchain/openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  choice,
  completion,
  done,
  finish,
  goodStream,
  polite,
  refusal,
  roleChunk,
  type ScriptedUpstream,
  stream,
  text,
  whole,
} from '../../support/scripted-upstream.ts';
import type { TestGateway } from '../../support/start-gateway.ts';
import { startWorld, type World } from '../matrix/world.ts';

let world: World;
let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  world = await startWorld();
  ({ upstream, gateway } = world);
});
beforeEach(() => upstream.always(polite));
afterAll(() => world?.[Symbol.asyncDispose]());

const person = z.object({ name: z.string(), age: z.int() });
const ada = { name: 'Ada', age: 36 };
const json = JSON.stringify(ada);

function model(fields: ChatOpenAIFields = {}, at: TestGateway = gateway): ChatOpenAI {
  return new ChatOpenAI({
    model: 'cluster-model',
    apiKey: at.key,
    configuration: { baseURL: `${at.url}/v1` },
    maxRetries: 0,
    ...fields,
  });
}

describe('structured output', () => {
  test('by a function call', async () => {
    const call = { id: 'call_1', type: 'function', function: { name: 'person', arguments: json } };
    upstream.next(
      whole(
        completion({
          choices: [choice({ message: { content: null, tool_calls: [call] }, finish_reason: 'tool_calls' })],
        }),
      ),
    );
    const structured = model().withStructuredOutput(person, { name: 'person', method: 'functionCalling' });
    expect(await structured.invoke('Ada is 36.')).toEqual(ada);
    expect(upstream.last().body).toMatchObject({
      tool_choice: { type: 'function', function: { name: 'person' } },
      tools: [{ type: 'function', function: { name: 'person' } }],
    });
  });

  test('in JSON mode', async () => {
    upstream.next(whole(completion({ choices: [choice({ message: { content: json } })] })));
    const structured = model().withStructuredOutput(person, { method: 'jsonMode' });
    expect(await structured.invoke('Ada is 36, as JSON.')).toEqual(ada);
    expect(upstream.last().body.response_format).toEqual({ type: 'json_object' });
  });

  test('growing while it streams', async () => {
    upstream.next(stream(goodStream('{"name":"Ada"', ',"age":36}')));
    const partial: unknown[] = [];
    for await (const object of await model().pipe(new JsonOutputParser()).stream('Ada is 36.'))
      partial.push(object);
    expect(partial.at(-1)).toEqual(ada);
    expect(partial).toContainEqual({ name: 'Ada' });
  });
});

describe('chains', () => {
  const chain = (from = model()) =>
    ChatPromptTemplate.fromMessages([
      ['system', 'Be {manner}.'],
      ['user', 'Say hello.'],
    ])
      .pipe(from)
      .pipe(new StringOutputParser());

  test('prompt, model and parser, streamed', async () => {
    const pieces: string[] = [];
    for await (const piece of await chain().stream({ manner: 'brief' })) if (piece) pieces.push(piece);
    expect(pieces).toEqual(['Hello', ', ', 'world!']);
    expect(upstream.last().body.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Say hello.' },
    ]);
  });

  test('a batch', async () => {
    const answers = await chain().batch([{ manner: 'brief' }, { manner: 'kind' }, { manner: 'odd' }]);
    expect(answers).toEqual(Array(3).fill('Hello, world!'));
  });

  test('a fallback takes over from a model that does not exist', async () => {
    const safe = model({ model: 'no-such-model' }).withFallbacks([model()]);
    expect((await safe.invoke('Say hello.')).text).toBe('Hello, world!');
  });

  test('keep-alive comments do not disturb it', async () => {
    await using quiet = await startWorld({ heartbeat: '30ms' });
    const slowly = [
      { wait: 120 },
      roleChunk,
      text('a'),
      { wait: 120 },
      text('b'),
      finish(),
      { wait: 120 },
      done,
    ];
    quiet.upstream.always(stream(slowly));
    const pieces: string[] = [];
    for await (const piece of await chain(model({}, quiet.gateway)).stream({ manner: 'slow' }))
      pieces.push(piece);
    expect(pieces.join('')).toBe('ab');
  });
});

describe('retries', () => {
  test.each([
    [400, 1],
    [429, 2],
    [500, 2],
    [503, 2],
  ])('an upstream that says %i: %i attempts', async (status, expected) => {
    upstream.always(refusal(status, {}, { 'retry-after': '1', 'retry-after-ms': '5' }));
    const before = upstream.requests.length;
    await expect(model({ maxRetries: 1 }).invoke('Say hello.')).rejects.toMatchObject({ name: 'Error' });
    expect(upstream.requests.length - before).toBe(expected);
  });

  test('a stream that broke is neither asked for again nor taken for whole', async () => {
    const before = upstream.requests.length;
    upstream.next(stream([roleChunk, text('Hel'), { wait: 20 }, 'RESET']));
    const read = async () => {
      for await (const _ of await model({ maxRetries: 2 }).stream('Say hello.'));
    };
    await expect(read()).rejects.toMatchObject({ code: 'upstream_error' });
    expect(upstream.requests.length - before).toBe(1);
  });
});
