// Names of which one comes next, as a tree by how they begin: llama.cpp looks at every way that is open with each token,
// and this leaves one for a character, not one for a name. Trees of the same names' ends share what they can. Pure.
import type { Effort } from './effort.ts';
import type { RuleReference, Rules, Sequence } from './rules.ts';

export interface NameTree {
  readonly branches: readonly {
    /** At least one character, and no two branches begin with the same one. */
    readonly text: string;
    /** A number is the name's index: here it is over. */
    readonly to: NameTree | number;
  }[];
}

export interface ListedName {
  /** None may begin with another whole one, as with the closing quote none does. */
  readonly name: string;
  readonly isRequired: boolean;
}

/** A tree for every so many names: one behind each name would be too much, and so few can as well stand side by side. */
export const treeDistance = 32;
/** For each name. Words have 10 to 15; names that begin with each other have no end of them. */
const mostBranches = 20;

/**
 * For each multiple of `treeDistance` the names that may come there: those up to the next required one, with it.
 * `undefined` where trees would be too large, or of no use.
 */
export function nameTrees(names: readonly ListedName[], effort: Effort): Map<number, NameTree> | undefined {
  if (names.length <= treeDistance) return undefined;
  const trees = new Map<number, NameTree>();
  const seen = new Set<NameTree>();
  let branches = 0;
  let tree = noNames;
  for (let index = names.length - 1; index >= 0; index -= 1) {
    const { name, isRequired } = names[index] as ListedName;
    effort.spend(name.length);
    tree = withName(isRequired ? noNames : tree, name, index);
    if (index % treeDistance !== 0) continue;
    trees.set(index, tree);
    branches += countNew(tree, seen);
    if (branches > names.length * mostBranches) return undefined;
  }
  return trees;
}

const noNames: NameTree = { branches: [] };

function withName(tree: NameTree, name: string, index: number): NameTree {
  for (const [at, { text, to }] of tree.branches.entries()) {
    const shared = sharedLength(text, name);
    if (shared === 0) continue;
    const isWhole = shared === text.length && typeof to === 'object';
    const below = isWhole ? to : { branches: [{ text: text.slice(shared), to }] };
    const branch = { text: text.slice(0, shared), to: withName(below, name.slice(shared), index) };
    return { branches: tree.branches.with(at, branch) };
  }
  return { branches: [...tree.branches, { text: name, to: index }] };
}

/** In UTF-16 units, without half of a pair. */
function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  const last = a.charCodeAt(length - 1);
  return last >= 0xd800 && last <= 0xdbff ? length - 1 : length;
}

/** Branches of what has not been seen before. */
function countNew(tree: NameTree, seen: Set<NameTree>): number {
  if (seen.has(tree)) return 0;
  seen.add(tree);
  return tree.branches.reduce(
    (count, { to }) => count + 1 + (typeof to === 'object' ? countNew(to, seen) : 0),
    0,
  );
}

/** What makes rules of trees, one for a part that several share. `after`: what follows the name of that index. */
export function treeRules(
  rules: Rules,
  after: (index: number) => Sequence,
): (tree: NameTree) => RuleReference {
  const known = new Map<NameTree, RuleReference>();
  return function ruleOf(tree) {
    const before = known.get(tree);
    if (before !== undefined) return before;
    const rule = rules.add(
      'name',
      tree.branches.map(({ text, to }) => [text, ...(typeof to === 'object' ? [ruleOf(to)] : after(to))]),
    );
    known.set(tree, rule);
    return rule;
  };
}
