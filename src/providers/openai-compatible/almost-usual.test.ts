// Chunks that are almost the usual one: a byte more, less or other than those before. What goes out is what parsing makes of
// them, and what is counted is what goes out.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChatCall, StreamReader, StreamReading } from '../../core/ports.ts';
import { createStreamReader } from './read-stream.ts';

/** Streams as upstreams write them: `"up"` is the model, `@` the text, `~` the padding. */
const shapes = [
  '{"id":"a","object":"chat.completion.chunk","created":7,"model":"up","choices":[{"index":0,"delta":{"content":"@"},"logprobs":null,"finish_reason":null}],"usage":null}',
  '{"id":"a","object":"chat.completion.chunk","created":7,"model":"up","choices":[{"index":0,"delta":{"content":"@"},"finish_reason":null}],"usage":null,"obfuscation":"~"}',
  '{"id":"a","object":"chat.completion.chunk","created":7,"model":"up","choices":[{"index":0,"delta":{"role":"assistant","content":null,"reasoning_content":"@"},"finish_reason":null}]}',
  '{"choices":[{"delta":{"reasoning":"@"},"index":0,"finish_reason":null}],"model":"up","created":7,"id":"b","object":"chat.completion.chunk"}',
  '{"id":"a","object":"chat.completion.chunk","created":7,"model":"up","choices":[{"index":0,"delta":{"content":"x","content":"@"},"finish_reason":null}],"obfuscation":"~"}',
] as const;

const texts = [' word', 'é', '🙂', '\\n', '\\"', '\\\\', '\\/', '\\u00e9', '\\ud83d\\ude42', 'a'];
const paddings = ['', 'abc', '_other_-', '9'];
/** What could make something else of a chunk, and a few that could not. */
const pieces = [
  ...[
    '"',
    '\\',
    ',',
    ':',
    '{',
    '}',
    '[',
    ']',
    '0',
    'n',
    'e',
    ' ',
    '\n',
    '\t',
    '\u0001',
    '/',
    '\\u006',
    '\\ud83d',
  ],
  ...['"content":"z",', '"model":"q",', ',"error":{"message":"x"}', '"finish_reason":"stop",', '"index":1,'],
].map((piece) => Buffer.from(piece));
const broken = Buffer.from([0xff]);

const mutations = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  /** Bytes that give way. */
  taken: fc.constantFrom(0, 0, 1, 1, 2),
  put: fc.oneof(fc.constantFrom(...pieces, broken), fc.constant(Buffer.alloc(0))),
});

type Mutation = typeof mutations extends fc.Arbitrary<infer T> ? T : never;

function mutated(event: Buffer, { at, taken, put }: Mutation): Buffer {
  const place = Math.floor(at * event.length);
  return Buffer.concat([event.subarray(0, place), put, event.subarray(place + taken)]);
}

function readerOf(model: string, includeUsage: boolean, patience?: number): StreamReader {
  const call = { request: { model }, includeUsage } as unknown as ChatCall;
  const form = { alias: false, functionCall: false, thinkTags: undefined };
  return createStreamReader(call, { id: 'made', created: 1 }, form, undefined, patience);
}

type Outcome = Omit<StreamReading, 'bytes'> | { readonly failed: string };

function outcome(read: () => StreamReading): Outcome {
  try {
    const { bytes, ...reading } = read();
    if (bytes !== undefined) {
      const [choice] = JSON.parse(reading.chunk ?? '').choices;
      const { content, reasoning_content: thought } = choice.delta;
      expect([bytes, reading.text]).toEqual([Buffer.byteLength(reading.chunk ?? ''), content ?? thought]);
    }
    return reading;
  } catch (error) {
    return { failed: String(error) };
  }
}

test('a chunk that is almost the usual one is read as it is', () => {
  const one = fc.record({
    text: fc.constantFrom(...texts),
    padding: fc.constantFrom(...paddings),
    mutation: fc.option(mutations),
  });
  const streams = fc.record({
    shape: fc.constantFrom(...shapes),
    model: fc.constantFrom('up', 'public'),
    includeUsage: fc.boolean(),
    events: fc.array(one, { minLength: 1, maxLength: 8 }),
  });
  let known = 0;
  fc.assert(
    fc.property(streams, ({ shape, model, includeUsage, events }) => {
      const [quick, parsed] = [readerOf(model, includeUsage), readerOf(model, includeUsage, 0)];
      const eventOf = (text: string, padding: string) =>
        Buffer.from(shape.replace('@', () => text).replace('~', () => padding));
      for (const text of [' one', ' two']) {
        for (const reader of [quick, parsed]) reader.read(eventOf(text, 'ab'));
      }
      for (const { text, padding, mutation } of events) {
        const regular = eventOf(text, padding);
        const event = mutation ? mutated(regular, mutation) : regular;
        const again = quick.repeats?.readAgain(event, 0, event.length);
        if (again) known++;
        const made = outcome(() => again ?? quick.read(event));
        expect(made).toEqual(outcome(() => parsed.read(event)));
        expect([quick.complete(), quick.usage()]).toEqual([parsed.complete(), parsed.usage()]);
        if ('failed' in made) return;
      }
    }),
    { numRuns: 600 },
  );
  // Some 300 as a rule; without them nothing would have been compared.
  expect(known).toBeGreaterThan(50);
});
