// So many times the same: counted with blocks of 64, because llama.cpp copies what its own `{m,n}` repeats and silently
// takes the upper bound away above 2,000. Pure.
import type { RuleReference, Rules, Sequence } from './rules.ts';

const blockSize = 64;

/** `item` must not match the empty text. `max` may be Infinity. */
export function repetition(rules: Rules, item: RuleReference, min: number, max: number): Sequence {
  if (max === Number.POSITIVE_INFINITY) return [...exactly(rules, item, min), unlimited(rules, item)];
  return [...exactly(rules, item, min), ...upTo(rules, item, max - min)];
}

function unlimited(rules: Rules, item: RuleReference): RuleReference {
  const { reference, define } = rules.reserve('more');
  define([[item, reference], []]);
  return reference;
}

function exactly(rules: Rules, item: RuleReference, times: number): Sequence {
  if (times < blockSize) return new Array<RuleReference>(times).fill(item);
  const block = blockOf(rules, item);
  return [
    ...exactly(rules, block, Math.floor(times / blockSize)),
    ...exactly(rules, item, times % blockSize),
  ];
}

const blockOf = (rules: Rules, item: RuleReference) =>
  rules.add('block', [new Array<RuleReference>(blockSize).fill(item)]);

/** Whole blocks and less than a block; or as many blocks as fit and the remainder. */
function upTo(rules: Rules, item: RuleReference, times: number): Sequence {
  if (times < blockSize) return chain(rules, item, times);
  const block = blockOf(rules, item);
  const blocks = Math.floor(times / blockSize);
  return [
    rules.add('some', [
      [...upTo(rules, block, blocks - 1), ...chain(rules, item, blockSize - 1)],
      [...exactly(rules, block, blocks), ...chain(rules, item, times % blockSize)],
    ]),
  ];
}

function chain(rules: Rules, item: RuleReference, times: number): Sequence {
  let rest: Sequence = [];
  for (let count = 0; count < times; count += 1) rest = [rules.add('some', [[item, ...rest], []])];
  return rest;
}
