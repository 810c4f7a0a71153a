// Damage to a tree of JSON: other types, missing and doubled members, names of JavaScript's own, numbers beyond range.
import { isMembers, type Members, type Tree } from './json-tree.ts';
import type { Random } from './random.ts';

const names = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'prototype',
  'length',
  'then',
  'toJSON',
  'valueOf',
  '',
  '0',
  '-1',
  'a.b',
  'a/b~c',
  'mod\u0065l',
  'Model',
  'model\0',
  ' model',
  'error',
  'choices',
  '\u{1F600}',
  '\ud800',
] as const;

const numbers = [
  '0',
  '-0',
  '1',
  '-1',
  '0.5',
  '1.0',
  '1e0',
  '128',
  '129',
  '1e308',
  '-1e308',
  '1e999',
  '-1e999',
  '1e-400',
  '9007199254740993',
  '18446744073709551616',
  `1${'0'.repeat(400)}`,
  `0.${'0'.repeat(400)}1`,
] as const;

const strings = [
  '',
  ' ',
  '\0',
  '\ud800',
  '\udfff\ud800',
  '\u2028\u2029',
  '\r\nx-injected: 1',
  '<|endoftext|>',
  'data: [DONE]\n\n',
  '{"model":"other"}',
  'é',
  '\u{10ffff}',
  'x'.repeat(300),
  'ab'.repeat(3000),
  'auto',
  'none',
  'assistant',
  'tool',
  'function',
  'data:image/png;base64,AAAA',
  'data:image/png;base64,%%%',
  'https://[::1',
  'javascript:alert(1)',
] as const;

/** What is no JSON at all, in the place of a value. */
const notJson = [
  'NaN',
  '-',
  '01',
  '+1',
  '.5',
  '1.',
  '0x10',
  'Infinity',
  'undefined',
  "'x'",
  '/* c */1',
  '1,',
  '"\\x41"',
  '"\t"',
  '[1,]',
  '{"a":1,}',
  '"\\ud8"',
] as const;

export function hostileValue(random: Random, depth = 0): Tree {
  const kind = random.below(12);
  if (kind < 3) return { raw: random.pick(numbers) };
  if (kind < 6) return random.pick(strings);
  if (kind === 6) return random.pick<Tree>([null, true, false]);
  if (kind === 7) return Array.from({ length: random.below(4) }, () => hostileValue(random, depth + 1));
  if (kind === 8) return hostileMembers(random, depth);
  if (kind === 9) return nested(random, random.pick([2, 10, 100, 600]));
  if (kind === 10) return depth > 3 ? [] : [hostileValue(random, depth + 1)];
  return random.chance(0.3) ? { raw: random.pick(notJson) } : { raw: random.pick(numbers) };
}

function hostileMembers(random: Random, depth: number): Members {
  const count = depth > 3 ? 0 : random.below(4);
  return {
    members: Array.from({ length: count }, () => [random.pick(names), hostileValue(random, depth + 1)]),
  };
}

function nested(random: Random, depth: number): Tree {
  return random.chance(0.5)
    ? { raw: '['.repeat(depth) + ']'.repeat(depth) }
    : { raw: '{"a":'.repeat(depth) + '1'.concat('}'.repeat(depth)) };
}

/** Changes one random place, in the tree itself. */
export function mutateTree(tree: Tree, random: Random): void {
  const places = placesOf(tree);
  if (places.length === 0) return;
  const { parent, at } = random.pick(places);
  if (isMembers(parent)) mutateMember(parent, at, random);
  else mutateElement(parent, at, random);
}

function mutateMember(parent: Members, at: number, random: Random): void {
  const { members } = parent;
  const member = members[at] as Members['members'][number];
  switch (random.below(9)) {
    case 0:
      members.splice(at, 1);
      break;
    case 1:
      members.splice(random.below(members.length + 1), 0, [random.pick(names), hostileValue(random)]);
      break;
    case 2:
      members.splice(random.below(members.length + 1), 0, [member[0], hostileValue(random)]);
      break;
    case 3:
      members.splice(random.below(members.length + 1), 0, [member[0], member[1]]);
      break;
    case 4:
      member[0] = random.pick([member[0].toUpperCase(), `${member[0]} `, random.pick(names)]);
      break;
    case 5:
      member[1] = [member[1]];
      break;
    case 6:
      member[1] = { members: [[member[0], member[1]]] };
      break;
    default:
      member[1] = hostileValue(random);
  }
}

function mutateElement(parent: Tree[], at: number, random: Random): void {
  const element = parent[at] as Tree;
  switch (random.below(5)) {
    case 0:
      parent.splice(at, 1);
      break;
    case 1:
      parent.splice(at, 0, structuredClone(element));
      break;
    case 2:
      parent.push(...Array.from({ length: random.pick([1, 5, 200]) }, () => structuredClone(element)));
      break;
    case 3:
      parent[at] = [element];
      break;
    default:
      parent[at] = hostileValue(random);
  }
}

interface Place {
  readonly parent: Members | Tree[];
  readonly at: number;
}

function placesOf(tree: Tree): Place[] {
  const places: Place[] = [];
  const visit = (node: Tree): void => {
    if (typeof node !== 'object' || node === null || 'raw' in node) return;
    const children = Array.isArray(node) ? node : node.members.map(([, value]) => value);
    for (const [at, child] of children.entries()) {
      places.push({ parent: node, at });
      visit(child);
    }
  };
  visit(tree);
  return places;
}
