// Which options of a list fit what was typed: those that have every word of it, best first. Bounded, since a list of five hundred
// models is typed into and not scrolled through.

export interface Matchable {
  readonly value: string;
  readonly label: string;
  /** Also found by these words. */
  readonly keywords?: readonly string[];
}

export interface Matches<Option> {
  readonly shown: readonly Option[];
  /** How many more fit. */
  readonly more: number;
}

export const mostShown = 100;

/** Where nothing has all the words, options whose label has their letters in order: `gpt51` finds `gpt-5.1`. */
export function matchOptions<Option extends Matchable>(
  options: readonly Option[],
  typed: string,
): Matches<Option> {
  const words = folded(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return bounded(options);
  const texts = new Map(options.map((option) => [option, textOf(option)]));
  const fitting = options.filter((option) => words.every((word) => texts.get(option)?.includes(word)));
  if (fitting.length === 0) {
    const letters = words.join('');
    return bounded(options.filter((option) => hasInOrder(folded(option.label), letters)));
  }
  const first = words[0] ?? '';
  const begins = (option: Option) => folded(option.label).startsWith(first);
  return bounded([...fitting.filter(begins), ...fitting.filter((option) => !begins(option))]);
}

function bounded<Option>(options: readonly Option[]): Matches<Option> {
  return { shown: options.slice(0, mostShown), more: Math.max(0, options.length - mostShown) };
}

function textOf({ value, label, keywords = [] }: Matchable): string {
  return folded([label, value, ...keywords].join(' '));
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

function hasInOrder(text: string, letters: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
