// JSON as text that no value can hold: names that stand twice, `__proto__` as an own name, numbers beyond every type,
// comments. A tree is written as it is meant, or with the freedom that JSON's grammar leaves.
import type { Random } from './random.ts';

/** Text that stands in the place of a value, whether it is JSON or not. */
export interface Raw {
  readonly raw: string;
}

/** An object: its members in order, also several of one name. */
export interface Members {
  readonly members: [name: string, value: Tree][];
}

export type Tree = null | boolean | number | string | Raw | Members | Tree[];

export function isMembers(tree: Tree | undefined): tree is Members {
  return typeof tree === 'object' && tree !== null && 'members' in tree;
}

export function toTree(value: unknown): Tree {
  if (Array.isArray(value)) return value.map(toTree);
  if (typeof value !== 'object' || value === null) return value as Tree;
  if ('raw' in value || 'members' in value) return value as Tree;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return { members: members.map(([name, member]) => [name, toTree(member)]) };
}

/** With `random`: other escapes and white space, which change nothing of the meaning. */
export function writeTree(tree: Tree, random?: Random): string {
  const gap = () => (random?.chance(0.03) ? random.pick([' ', '\n', '\r\n', '\t', '  ']) : '');
  function text(value: string): string {
    const json = JSON.stringify(value);
    if (!random?.chance(0.03) || value === '') return json;
    const at = random.below(value.length);
    const code = value.charCodeAt(at).toString(16).padStart(4, '0');
    const [before, after] = [value.slice(0, at), value.slice(at + 1)];
    return `${JSON.stringify(before).slice(0, -1)}\\u${code}${JSON.stringify(after).slice(1)}`;
  }
  function write(node: Tree): string {
    if (typeof node === 'string') return text(node);
    if (typeof node !== 'object' || node === null) return JSON.stringify(node);
    if (Array.isArray(node)) return `[${gap()}${node.map(write).join(`,${gap()}`)}]`;
    if ('raw' in node) return node.raw;
    const members = node.members.map(([name, value]) => `${text(name)}${gap()}:${gap()}${write(value)}`);
    return `{${gap()}${members.join(`,${gap()}`)}${gap()}}`;
  }
  return write(tree);
}
