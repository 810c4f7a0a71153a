// The automaton of a list of texts, as small as it can be. It is never larger on the way: texts in order let each state
// be finished, and found again, before the next text begins (Daciuk and others, "Incremental Construction of Minimal
// Acyclic Finite-State Automata", 2000). Pure.
import type { Automaton, State } from './automaton.ts';
import { type CodePointSet, lastCodePoint, unionOf } from './code-points.ts';
import { type Effort, TooComplex } from './effort.ts';
import { limits } from './limits.ts';

/** On the path of the text that was added last, so not finished yet. */
interface Open {
  ends: boolean;
  /** In the order of their characters; the last one's target may be open still, and is known when that is finished. */
  readonly codes: number[];
  readonly targets: number[];
}

/** Exactly these texts. Throws `TooComplex`. */
export function listAutomaton(texts: Iterable<string>, effort: Effort): Automaton {
  const sorted = Array.from(texts, codePointsOf).sort(inOrder);
  if (sorted.length === 0) return [];
  const finished: State[] = [];
  const known = new Map<string | number, number>();
  const finish = (state: Open): number => {
    const signature = signatureOf(state);
    const before = known.get(signature);
    if (before !== undefined) return before;
    if (finished.length >= limits.enumCharacters) throw new TooComplex();
    const number = finished.push({ accepting: state.ends, edges: edgesOf(state) }) - 1;
    known.set(signature, number);
    return number;
  };

  const path: Open[] = [open()];
  const shorten = (length: number) => {
    while (path.length > length) {
      const target = finish(path.pop() as Open);
      path.at(-1)?.targets.push(target);
    }
  };
  let previous: readonly number[] = [];
  for (const text of sorted) {
    let shared = 0;
    while (shared < text.length && text[shared] === previous[shared]) shared += 1;
    // Reading a character takes less than making a state of it.
    effort.spend(1 + Math.ceil(text.length / 4) + 2 * (text.length - shared));
    shorten(shared + 1);
    for (const code of text.slice(shared)) {
      path.at(-1)?.codes.push(code);
      path.push(open());
    }
    (path.at(-1) as Open).ends = true;
    previous = text;
  }
  shorten(1);
  finish(path[0] as Open);
  // Targets were finished before their sources, and the start last of all; it has to be the first.
  const last = finished.length - 1;
  return finished.reverse().map(({ accepting, edges }) => ({
    accepting,
    edges: edges.map(({ set, to }) => ({ set, to: last - to })),
  }));
}

const open = (): Open => ({ ends: false, codes: [], targets: [] });

const codePointsOf = (text: string) => Array.from(text, (character) => character.codePointAt(0) ?? 0);

/** Not that of strings, which are compared by UTF-16 units: there halves of surrogate pairs come apart. */
function inOrder(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const order = (a[index] ?? 0) - (b[index] ?? 0);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Same signature, same texts may follow. Most states have one edge: for those a number, which is quick to make. */
function signatureOf({ ends, codes, targets }: Open): string | number {
  const [code, target] = [codes[0], targets[0]];
  if (!ends && codes.length === 1 && code !== undefined && target !== undefined)
    return target * (lastCodePoint + 1) + code;
  return `${ends} ${codes.join(' ')}>${targets.join(' ')}`;
}

function edgesOf({ codes, targets }: Open): State['edges'] {
  const sets = new Map<number, CodePointSet>();
  codes.forEach((code, index) => {
    const to = targets[index] ?? 0;
    const others = sets.get(to);
    const one: CodePointSet = [[code, code]];
    sets.set(to, others === undefined ? one : unionOf(others, one));
  });
  return Array.from(sets, ([to, set]) => ({ set, to }));
}
