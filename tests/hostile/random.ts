// Random choices that a seed repeats exactly: the same seed and number give the same input on every machine.

export interface Random {
  /** A whole number in [0, bound). */
  below(bound: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T;
}

/** Mulberry32, begun at a hash of both numbers, so that neighbours have nothing in common. */
export function createRandom(seed: number, number = 0): Random {
  let state = hash(hash(seed >>> 0) ^ Math.imul(number + 1, 0x9e3779b1));
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
  return {
    below: (bound) => Math.floor(next() * bound),
    chance: (probability) => next() < probability,
    pick: <T>(items: readonly T[]) => items[Math.floor(next() * items.length)] as T,
  };
}

function hash(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** The mark of one input, which the upstream finds in the body it gets. A mark that a mutation damaged is no mark. */
export function markOf(seed: number, number: number): string {
  return `mark-${number}-${checkOf(`${seed}/${number}`)}`;
}

const mark = /mark-(\d+)-([0-9a-z]{6})(?![0-9a-z])/;

/** The number of the input whose mark stands in `text`. */
export function numberIn(text: string, seed: number): number | undefined {
  const found = mark.exec(text);
  return found && checkOf(`${seed}/${found[1]}`) === found[2] ? Number(found[1]) : undefined;
}

function checkOf(text: string): string {
  let sum = 0x811c9dc5;
  for (const character of text) sum = Math.imul(sum ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash(sum) >>> 0).toString(36).padStart(6, '0').slice(-6);
}
