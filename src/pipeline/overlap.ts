// What the continuation of a text repeats of the text it continues, taken out. It comes in pieces; as long as one of them
// may still turn out to be a repetition it is held back, never more than there is to repeat and a few signs before it. Pure.

export interface OverlapRemover {
  /** The text that is new for certain. */
  push(text: string): string;
  /** What was held back and is new; nothing comes after it. */
  flush(): string;
}

/** Whether a text that stands at the end of the old and, behind `skipped`, at the beginning of the new was written twice. */
type Counts = (overlap: string, characterBefore: string, skipped: string) => boolean;

/** Of the end of `delivered` that `sent` lacks, whatever the continuation writes again. Code units count: half an emoji is one. */
export function withoutRest(rest: string): OverlapRemover {
  return createRemover(rest, () => true);
}

/** Where all of `sent` comes back first, it is left out. */
export function withoutEcho(sent: string): OverlapRemover {
  let echoed = 0;
  let decided = false;
  const letOut = (text: string) => {
    decided = true;
    return sent.slice(0, echoed) + text;
  };
  return {
    push(text) {
      if (decided) return text;
      const compared = Math.min(text.length, sent.length - echoed);
      if (!sent.startsWith(text.slice(0, compared), echoed)) return letOut(text);
      echoed += compared;
      if (echoed < sent.length) return '';
      decided = true;
      return text.slice(compared);
    },
    flush: () => (decided ? '' : letOut('')),
  };
}

/** How much of the old text is compared, in characters. */
const longestRepetition = 400;

/** Where a model was asked in words, it may begin with some of the old ones: the longest such beginning is left out. */
export function withoutRepetition(delivered: string): OverlapRemover {
  return createRemover(delivered, isRepetition, leadOf);
}

/**
 * What may stand before a repetition and belongs to it: many chat templates begin every answer with line breaks, and who is
 * asked to repeat words may quote them.
 */
const lead = /^[\s"'“”„‘’«»`….]{0,16}/u;
const leadOf = (text: string) => lead.exec(text)?.[0] ?? '';

/** Behind a sign that may as well end what came before: so much is no accident. */
const shortestQuoted = 8;

/** From this length on a repetition in the middle of a word is no accident; "ban" and "an" may well be "banan". */
const shortestInsideWord = 3;

/**
 * A model repeats words, not letters: the overlap begins where a word does, or is long. Signs alone may well stand twice
 * (`}}`, `...`).
 */
function isRepetition(overlap: string, before: string, skipped: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(overlap)) return false;
  if (/\S/.test(skipped) && overlap.length < shortestQuoted) return false;
  const insideWord = /[\p{L}\p{N}]$/u.test(before) && /^[\p{L}\p{N}]/u.test(overlap);
  return !insideWord || overlap.length >= shortestInsideWord;
}

/** One after the other. */
export function inTurn(first: OverlapRemover, second: OverlapRemover): OverlapRemover {
  return {
    push: (text) => second.push(first.push(text)),
    flush: () => second.push(first.flush()) + second.flush(),
  };
}

/** `leading`: what of a new text need not be in the old one, where an overlap follows. */
function createRemover(whole: string, counts: Counts, leading = (_: string) => ''): OverlapRemover {
  const old = whole.slice(-longestRepetition);
  let held = '';
  let decided = old === '';

  const counting = (length: number, skip: number) => {
    const start = old.length - length;
    return counts(old.slice(start), old.slice(Math.max(0, start - 2), start), held.slice(0, skip));
  };

  /** Whether more text may make a longer overlap. */
  function undecided(): boolean {
    for (let skip = leading(held).length; skip >= 0; skip--) {
      const compared = held.slice(skip);
      for (let length = old.length; length > compared.length; length--) {
        if (old.startsWith(compared, old.length - length) && counting(length, skip)) return true;
      }
    }
    return false;
  }

  function decide(): string {
    decided = true;
    const longestSkip = leading(held).length;
    for (let length = Math.min(held.length, old.length); length > 0; length--) {
      for (let skip = 0; skip <= Math.min(longestSkip, held.length - length); skip++) {
        if (held.startsWith(old.slice(old.length - length), skip) && counting(length, skip)) {
          return held.slice(skip + length);
        }
      }
    }
    return held;
  }

  return {
    push(text) {
      if (decided) return text;
      held += text;
      return undecided() ? '' : decide();
    },
    flush: () => (decided ? '' : decide()),
  };
}
