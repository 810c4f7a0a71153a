// A stream that is cut at every place there is, and written on with and without repetitions: the joined text is always the
// one that was never cut.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textOf } from '../support/read-events.ts';
import { type ScriptedUpstream, startUpstream, text } from '../support/scripted-upstream.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { answer, expectOne, goesOn, lost, model, server } from './continued-answer.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
/** The second target takes the beginning of an answer; in the other gateway it has to be asked in words. */
let prefilled: TestGateway;
let worded: TestGateway;

beforeAll(async () => {
  first = await startUpstream();
  second = await startUpstream();
  const upstreams = [first.url, second.url];
  const provider = { capabilities: { prefill: 'continue_final_message' } };
  prefilled = await startGateway({ upstreams, model, server, provider });
  worded = await startGateway({ upstreams, model, server });
});
afterAll(async () => {
  for (const part of [prefilled, worded, first, second]) await part?.[Symbol.asyncDispose]();
});

/** No word twice, so that what is repeated is repeated on purpose; characters of one to four bytes. */
const whole =
  'Grüße aus Köln, dear 👋 reader:\n\n1. naïve façade – “quoted” text;\n2. 日本語の文章 and 🇩🇪 flags.\n\n```js\nlet x = { y: [10, 200] };\n```\nFin.';

/** The text in pieces of these lengths, over and over; they cut through pairs of code units, as some upstreams do. */
const pieces = (value: string, lengths: readonly number[]) => {
  const cut: string[] = [];
  for (let start = 0, at = 0; start < value.length; at++) {
    const length = lengths[at % lengths.length] ?? 1;
    cut.push(value.slice(start, start + length));
    start += length;
  }
  return cut;
};

test('with the beginning given: the joined text is the whole one', { timeout: 120_000 }, async () => {
  for (let cut = 1; cut < whole.length; cut++) {
    first.next(lost(...pieces(whole.slice(0, cut), [1, 5, 3]).map((piece) => text(piece))));
    // What a model writes that is given exactly this.
    second.next(async (reply) => {
      const { messages } = reply.request.body;
      const given = messages.length > 1 ? messages.at(-1).content : '';
      expect(whole.startsWith(given)).toBe(true);
      await goesOn(...pieces(whole.slice(given.length), [2, 7]))(reply);
    });
    const events = await answer(prefilled);
    expect(textOf(events)).toBe(whole);
    expectOne(events);
  }
});

test('in words, with a repetition of any length: too', { timeout: 120_000 }, async () => {
  const place = fc.integer({ min: 1, max: whole.length - 1 });
  const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(place, fc.nat({ max: 60 }), lengths, async (cut, repeated, sizes) => {
      // Half a character is never delivered.
      const begun = whole
        .slice(0, cut)
        .replace(/[\ud800-\udbff]$/, '')
        .trimEnd();
      const from = wordStart(begun, Math.max(0, begun.length - repeated));
      first.next(lost(...pieces(whole.slice(0, cut), sizes).map((piece) => text(piece))));
      second.next(goesOn(...pieces(whole.slice(from), sizes)));
      const events = await answer(worded);
      expect(textOf(events)).toBe(whole);
      expectOne(events);
    }),
    { numRuns: 150 },
  );
});

/** Models repeat words, not the ends of words: the beginning of the word at `place`, or the very end of the text. */
function wordStart(begun: string, place: number): number {
  if (place === begun.length) return place;
  const start = begun.slice(0, place + 1).search(/[\p{L}\p{N}]+$/u);
  const here = /^[\udc00-\udfff]/.test(begun.slice(place)) ? place - 1 : place;
  const from = start < 0 ? here : start;
  return /[\p{L}\p{N}]/u.test(begun.slice(from)) ? from : begun.length;
}
