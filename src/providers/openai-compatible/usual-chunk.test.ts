import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatCall, StreamReader, StreamReading } from '../../core/ports.ts';
import type { AnswerForm } from './answer-form.ts';
import { createStreamReader } from './read-stream.ts';

type Heard = Readonly<Record<string, unknown>>[];

interface Wish {
  readonly model: string;
  readonly includeUsage: boolean;
  readonly form: AnswerForm;
}

function readerOf({ model, includeUsage, form }: Wish, patience: number | undefined, heard: Heard) {
  const call = { request: { model }, includeUsage } as unknown as ChatCall;
  const fallback = { id: 'chatcmpl-made', created: 1 };
  // What was heard is copied: deltas are mended in place.
  return createStreamReader(call, fallback, form, (delta) => heard.push({ ...delta }), patience);
}

type Outcome = Pick<StreamReading, 'before' | 'chunk' | 'text' | 'done'> | { readonly failed: string };

function outcome(reader: StreamReader, event: Buffer, again: boolean): Outcome {
  try {
    const framed = Buffer.concat([Buffer.from('data: '), event, Buffer.from('\n\n')]);
    const quick = again ? reader.repeats?.readAgain(framed, 6, framed.length - 2) : undefined;
    const { bytes, ...reading } = quick ?? reader.read(event);
    if (bytes !== undefined) expect(bytes).toBe(Buffer.byteLength(reading.chunk ?? ''));
    return reading;
  } catch (error) {
    return { failed: String(error) };
  }
}

const texts = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(' word', 'a', ' <b>', '{}', ',"model":', ' \u007f') },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom('', '\n', '"', '\\', '"model":"up"', 'é', '🙂', '\ud83d', '\ude42', '\uFFFD'),
  },
  { weight: 1, arbitrary: fc.constantFrom('<think>', '</think>', ' ', '\u2028', '\u0001', 'mod\u0065l') },
);

/** JSON of a text, as upstreams write it: raw, all in escapes, or with a few. */
const writers: readonly ((text: string) => string)[] = [
  (text) => JSON.stringify(text),
  (text) => JSON.stringify(text),
  (text) =>
    `"${[...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`,
  (text) => JSON.stringify(text).replaceAll('/', '\\/').replaceAll('é', '\\u00E9'),
  (text) => `"${text}"`,
];

const deltas = fc.oneof(
  { weight: 12, arbitrary: texts.map((text) => ({ content: text })) },
  { weight: 3, arbitrary: texts.map((text) => ({ reasoning_content: text })) },
  { weight: 2, arbitrary: texts.map((text) => ({ reasoning: text })) },
  { weight: 2, arbitrary: texts.map((text) => ({ role: 'assistant', content: text })) },
  { weight: 2, arbitrary: texts.map((text) => ({ content: text, reasoning_content: null })) },
  { weight: 1, arbitrary: texts.map((text) => ({ content: text, tool_calls: [] })) },
  { weight: 1, arbitrary: texts.map((text) => ({ content: 'x', reasoning_content: text })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, unknown>>(
      { role: 'assistant', content: '', refusal: null },
      {
        tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      {},
      { content: null },
      { refusal: 'no' },
      { content: [{ type: 'text', text: 'part' }] },
    ),
  },
);

/** Streams have one upstream: what is strange is so now and then. */
const mostly = <T>(usual: T, ...strange: readonly T[]) =>
  fc.oneof({ weight: 20, arbitrary: fc.constant(usual) }, fc.constantFrom(...strange));

const chunks = fc.record({
  delta: deltas,
  writer: fc.nat(writers.length - 1),
  finish: mostly<string | null | undefined>(null, undefined, '', 'stop'),
  usage: mostly('null', 'absent', 'absent', 'counts'),
  id: mostly('a', 'b'),
  index: mostly(0, 1),
  logprobs: mostly('null', 'absent', 'given'),
  shape: mostly('usual', 'padded', 'padded', 'spaced', 'lines', 'choices first', 'two models', 'extra'),
  broken: mostly('no', 'bytes', 'cut'),
});

type GivenChunk = typeof chunks extends fc.Arbitrary<infer T> ? T : never;

function eventOf(given: GivenChunk, model: string): Buffer {
  const write = writers[given.writer] ?? JSON.stringify;
  const pair = (name: string, value: unknown) =>
    `"${name}":${typeof value === 'string' ? write(value) : JSON.stringify(value)}`;
  const delta = `{${Object.entries(given.delta)
    .map(([name, value]) => pair(name, value))
    .join(',')}}`;
  const finish = given.finish === undefined ? '' : `,"finish_reason":${JSON.stringify(given.finish)}`;
  const logprobs = { absent: '', null: ',"logprobs":null', given: ',"logprobs":{"content":[{"token":"x"}]}' };
  const choices = `"choices":[{"index":${given.index},"delta":${delta}${logprobs[given.logprobs as 'null']}${finish}}]`;
  const usages = {
    absent: '',
    null: ',"usage":null',
    counts: ',"usage":{"prompt_tokens":1,"completion_tokens":2}',
  };
  const usage = usages[given.usage as 'null'];
  const head = `"id":"${given.id}","object":"chat.completion.chunk","created":7,"model":"${model}"`;
  const shapes: Readonly<Record<string, string>> = {
    usual: `{${head},${choices}${usage}}`,
    spaced: `{ ${head} , ${choices.replace('"delta":', '"delta" : ')}${usage} }`,
    lines: `{${head},\n${choices}${usage}}`,
    'choices first': `{${choices},${head}${usage}}`,
    'two models': `{${head},${choices}${usage},"model":"other"}`,
    padded: `{${head},"system_fingerprint":"fp",${choices}${usage},"obfuscation":"${paddingOf(given)}"}`,
    extra: `{${head},"system_fingerprint":"","obfuscation":"${given.id}",${choices}${usage}}`,
  };
  const event = Buffer.from(shapes[given.shape] ?? '');
  if (given.broken === 'bytes') event[event.indexOf('content') + 12] = 0xff;
  return given.broken === 'cut' ? event.subarray(0, -3) : event;
}

/** One after the other another one, seldom with what no padding has. */
function paddingOf({ delta }: GivenChunk): string {
  const text = JSON.stringify(delta);
  return text.includes('\\n') ? 'a\\nb' : 'aB3-_=+/xyz'.slice(text.length % 11);
}

/** Streams as they are: most chunks are like the one before. */
const streams = fc.array(fc.tuple(chunks, fc.array(texts, { maxLength: 6 })), { maxLength: 12 });

const wishes = fc.record({
  model: fc.constantFrom('up', 'public', 'pub"lic'),
  includeUsage: fc.boolean(),
  form: fc.record({
    alias: fc.constantFrom(false, false, true),
    functionCall: fc.constantFrom(false, false, true),
    thinkTags: fc.constantFrom(undefined, undefined, 'both' as const, 'closing' as const),
  }),
});

describe('usual chunks', () => {
  test('come out the same, known by the bytes around their text or parsed', () => {
    fc.assert(
      fc.property(wishes, streams, fc.boolean(), (wish, given, again) => {
        const [heardQuick, heardParsed]: [Heard, Heard] = [[], []];
        const quick = readerOf(wish, undefined, heardQuick);
        const parsed = readerOf(wish, 0, heardParsed);
        for (const [chunk, more] of given) {
          const [member = ''] = Object.keys(chunk.delta).slice(-1);
          const followers = more.map((text) => ({
            ...chunk,
            delta: { ...chunk.delta, [member]: text } as never,
          }));
          for (const each of [chunk, ...followers]) {
            const event = eventOf(each, 'up');
            expect(outcome(quick, event, again)).toEqual(outcome(parsed, event, false));
            expect(quick.complete()).toBe(parsed.complete());
            expect(quick.usage()).toEqual(parsed.usage());
          }
        }
        expect(heardQuick.map(said)).toEqual(heardParsed.map(said));
      }),
      { numRuns: 400 },
    );
  });

  test.each([
    ['as given', { content: ' word' }, 'up'],
    ['with the public name of the model', { content: ' word' }, 'public'],
    ['without what says nothing', { content: ' word', reasoning_content: null }, 'public'],
    ['without a role that was said before', { role: 'assistant', content: ' word' }, 'public'],
    ['with the usual name of thoughts', { reasoning: ' word' }, 'public'],
  ])('are known %s', (_, delta, model) => {
    const form = { alias: false, functionCall: false, thinkTags: undefined };
    const reader = readerOf({ model, includeUsage: false, form }, undefined, []);
    const event = Buffer.from(
      JSON.stringify({
        id: 'a',
        object: 'chat.completion.chunk',
        created: 7,
        model: 'up',
        choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
        usage: null,
      }),
    );
    reader.read(event);
    expect(reader.repeats?.readAgain(event, 0, event.length)).toBeUndefined();
    const second = reader.read(event);
    expect(reader.repeats?.readAgain(event, 0, event.length)).toMatchObject({
      chunk: second.chunk,
      text: ' word',
    });
    const other = Buffer.from(event.toString().replace(' word', ' w\\"ört🙂'));
    expect(reader.repeats?.readAgain(other, 0, other.length)).toMatchObject({ text: ' w"ört🙂' });
    const longer = Buffer.concat([event, event]);
    expect(reader.repeats?.readAgain(longer, event.length, longer.length)).toMatchObject({ text: ' word' });
  });
});

test('chunks with a padding of their own each are known too', () => {
  const form = { alias: false, functionCall: false, thinkTags: undefined };
  for (const model of ['up', 'public']) {
    const reader = readerOf({ model, includeUsage: true, form }, undefined, []);
    const event = (content: string, obfuscation: string) =>
      Buffer.from(
        JSON.stringify({
          id: 'a',
          object: 'chat.completion.chunk',
          created: 7,
          model: 'up',
          service_tier: 'default',
          choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
          usage: null,
          obfuscation,
        }),
      );
    reader.read(event(' one', 'abc'));
    reader.read(event(' two', 'de'));
    for (const [text, padding] of [
      [' three', 'Zk39'],
      [' fo"ür', ''],
      [' five', 'x'.repeat(40)],
    ] as const) {
      const bytes = event(text, padding);
      const chunk = bytes.toString().replace('"model":"up"', `"model":"${model}"`);
      expect(reader.repeats?.readAgain(bytes, 0, bytes.length)).toEqual({
        chunk,
        text,
        done: false,
        bytes: Buffer.byteLength(chunk),
      });
    }
    const other = Buffer.from(event(' six', 'abc').toString().replace('obfuscation', 'obfuscatiom'));
    expect(reader.repeats?.readAgain(other, 0, other.length)).toBeUndefined();
  }
});

/** What listeners add up. */
function said({ content, reasoning_content }: Heard[number]): unknown {
  return { content: content || undefined, thoughts: reasoning_content || undefined };
}
