// Counts texts so that no tokenizer of the same encoding finds more tokens in them: cut where it cuts too, and with tokens
// added where that cannot be. The event loop gets its turns.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TokenCounter, TokenEncoding } from '../../core/ports.ts';
import { countSlice, sliceEnd } from '../count-text.ts';

/** Characters counted in one turn of the event loop. */
const turnLength = 8_000;
/** A cut inside a word may let the pieces merge better than the whole did. */
const perCut = 2;
/** Of longer texts the rest counts by its bytes: a request must not keep the processor for seconds. */
const mostCounted = 1_000_000;

export async function countBound(
  counter: TokenCounter,
  texts: readonly string[],
  encoding: TokenEncoding,
): Promise<number> {
  let tokens = 0;
  let counted = 0;
  let sinceTurn = 0;
  for (const text of texts) {
    for (let start = 0; start < text.length; ) {
      if (counted >= mostCounted) {
        tokens += Buffer.byteLength(text.slice(start)) + 1;
        break;
      }
      const end = sliceEnd(text, start);
      if (sinceTurn + end - start > turnLength) {
        sinceTurn = 0;
        await nextTurn();
      }
      tokens += await countSlice(counter, text.slice(start, end), encoding, perCut);
      if (end < text.length && text[end] !== ' ') tokens += perCut;
      counted += end - start;
      sinceTurn += end - start;
      start = end;
    }
  }
  return tokens;
}
