// Counts tokens of long texts without holding up everybody else. A byte-pair encoder takes time quadratic in a run of
// letters (100,000 Chinese characters in a row: minutes), so runs are cut short, and the event loop gets its turns.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TokenCounter, TokenEncoding } from '../core/ports.ts';

/** Characters counted in one turn of the event loop. */
const sliceLength = 8_000;
/** Cutting a run costs at most a token at each cut, on text that is only estimated anyway. */
const longestRun = 64;
const longRuns = /[^\s]{65,}|\s{65,}/;
const runs = /\s?[^\s]{1,64}|\s{1,64}/gu;
/** Of a longer text the rest is taken to have as many tokens per character. */
const longestCounted = 200_000;

/** As `countText`, for texts that would be joined by line breaks; megabytes of them are not joined for it. */
export async function countTexts(counter: TokenCounter, texts: readonly string[]): Promise<number> {
  let sample = '';
  let length = -1;
  for (const text of texts) {
    length += text.length + 1;
    if (sample.length < longestCounted) {
      sample += `${sample === '' ? '' : '\n'}${text.slice(0, longestCounted)}`;
    }
  }
  const tokens = await countText(counter, sample);
  return sample.length >= length ? tokens : Math.ceil((tokens / sample.length) * length);
}

export async function countText(counter: TokenCounter, text: string): Promise<number> {
  const counted = text.slice(0, longestCounted);
  let tokens = 0;
  for (let start = 0; start < counted.length; ) {
    if (start > 0) await nextTurn();
    const end = sliceEnd(counted, start);
    tokens += await countSlice(counter, counted.slice(start, end));
    start = end;
  }
  return counted.length === text.length ? tokens : Math.ceil((tokens / counted.length) * text.length);
}

/** Behind the last space of a full slice, so that no word is cut, and no character ever. */
export function sliceEnd(text: string, start: number): number {
  const end = start + sliceLength;
  if (end >= text.length) return text.length;
  const space = text.lastIndexOf(' ', end);
  if (space > end - longestRun * 2 && space > start) return space;
  return isLowSurrogate(text.charCodeAt(end)) ? end - 1 : end;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Runs are counted in pieces. `perCut`: tokens added where one is cut. */
export async function countSlice(
  counter: TokenCounter,
  slice: string,
  encoding?: TokenEncoding,
  perCut = 0,
): Promise<number> {
  if (!longRuns.test(slice)) return counter.count(slice, encoding);
  let tokens = 0;
  for (const run of slice.match(runs) ?? []) {
    tokens += await counter.count(run, encoding);
    if (run.length >= longestRun) tokens += perCut;
  }
  return tokens;
}
