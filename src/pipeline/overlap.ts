// What the continuation of a text repeats of the text it continues, taken out. It comes in pieces; as long as one of them
// may still turn out to be a repetition it is held back, never more than there is to repeat. Pure.

export interface OverlapRemover {
  /** The text that is new for certain. */
  push(text: string): string;
  /** What was held back and is new; nothing comes after it. */
  flush(): string;
}

/** Whether a text that stands at the end of the old and at the beginning of the new was written twice. */
type Counts = (overlap: string, characterBefore: string) => boolean;

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
  return createRemover(delivered, isRepetition);
}

/** From this length on a repetition in the middle of a word is no accident; "ban" and "an" may well be "banan". */
const shortestInsideWord = 3;

/**
 * A model repeats words, not letters: the overlap begins where a word does, or is long. Signs alone may well stand twice
 * (`}}`, `...`).
 */
function isRepetition(overlap: string, before: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(overlap)) return false;
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

function createRemover(whole: string, counts: Counts): OverlapRemover {
  const old = whole.slice(-longestRepetition);
  let held = '';
  let decided = old === '';

  const counting = (length: number) => {
    const start = old.length - length;
    return counts(old.slice(start), old.slice(Math.max(0, start - 2), start));
  };

  /** Whether more text may make a longer overlap. */
  function undecided(): boolean {
    for (let length = old.length; length > held.length; length--) {
      if (old.startsWith(held, old.length - length) && counting(length)) return true;
    }
    return false;
  }

  function decide(): string {
    decided = true;
    for (let length = Math.min(held.length, old.length); length > 0; length--) {
      if (held.startsWith(old.slice(old.length - length)) && counting(length)) return held.slice(length);
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
