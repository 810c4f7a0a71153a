// Rules as GBNF, llama.cpp's notation. What can never come to an end, such as an object that needs itself, is left out
// together with what needs it. Pure.
import type { CodePointSet } from './code-points.ts';
import { TooComplex } from './effort.ts';
import { limits } from './limits.ts';
import type { Item, Rule, RuleReference, Sequence } from './rules.ts';

/** `undefined` if nothing fits the grammar. Throws `TooComplex`. */
export function printRules(rules: readonly Rule[], root: RuleReference): string | undefined {
  const ending = endingRules(rules);
  if (!ending.has(root.rule)) return undefined;
  const kept = (sequence: Sequence) => sequence.every((item) => !isReference(item) || ending.has(item.rule));
  const names = new Map<number, string>();
  const lines: string[] = [];
  const todo: number[] = [];
  const nameOf = (rule: number) => {
    let name = names.get(rule);
    if (name === undefined) {
      name = names.size === 0 ? 'root' : `${rules[rule]?.hint}-${names.size}`;
      names.set(rule, name);
      todo.push(rule);
    }
    return name;
  };
  nameOf(root.rule);
  let length = 0;
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const alternatives = (rules[next]?.alternatives ?? []).filter(kept);
    const line = `${nameOf(next)} ::= ${alternatives.map((one) => printSequence(one, nameOf)).join(' | ')}\n`;
    length += line.length;
    if (length > limits.text) throw new TooComplex();
    lines.push(line);
  }
  return lines.join('');
}

const isReference = (item: Item): item is RuleReference => typeof item === 'object' && 'rule' in item;

/** Rules of which some text is a whole match. */
function endingRules(rules: readonly Rule[]): Set<number> {
  const users = rules.map((): { rule: number; sequence: number }[] => []);
  const missing = rules.map(({ alternatives }, rule) =>
    alternatives.map((items, sequence) => {
      const references = items.filter(isReference);
      for (const reference of references) users[reference.rule]?.push({ rule, sequence });
      return references.length;
    }),
  );
  const ending = new Set<number>();
  const todo = missing.flatMap((counts, rule) => (counts.includes(0) ? [rule] : []));
  for (let rule = todo.pop(); rule !== undefined; rule = todo.pop()) {
    if (ending.has(rule)) continue;
    ending.add(rule);
    for (const user of users[rule] ?? []) {
      const counts = missing[user.rule] ?? [];
      counts[user.sequence] = (counts[user.sequence] ?? 0) - 1;
      if (counts[user.sequence] === 0) todo.push(user.rule);
    }
  }
  return ending;
}

function printSequence(sequence: Sequence, nameOf: (rule: number) => string): string {
  const parts: string[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') parts.push(`"${text}"`);
    text = '';
  };
  for (const item of sequence) {
    if (typeof item === 'string') {
      for (const character of item) text += spelled(character.codePointAt(0) ?? 0);
    } else {
      flush();
      parts.push(isReference(item) ? nameOf(item.rule) : printSet(item.set));
    }
  }
  flush();
  // After a bare `|` llama.cpp would read the next rule's name as part of this one.
  return parts.length === 0 ? '""' : parts.join(' ');
}

function printSet(set: CodePointSet): string {
  const ranges = set.map(([first, last]) =>
    first === last ? spelled(first) : `${spelled(first)}-${spelled(last)}`,
  );
  return `[${ranges.join('')}]`;
}

function spelled(code: number): string {
  const character = String.fromCodePoint(code);
  if (code < 0x7f && /[ \w!#$%&'()*+,./:;<=>?@`{|}~]/.test(character)) return character;
  const hexadecimal = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hexadecimal.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hexadecimal.padStart(4, '0')}` : `\\U${hexadecimal.padStart(8, '0')}`;
}
