// Reads the regular expressions of `pattern` (ECMAScript, flag `u`, as JSON Schema asks): the part that is regular, so
// no look-around, no back-references, no word boundaries. Knows nothing of schemas.
import { type CodePointSet, complementOf, lineTerminators, unionOf } from './code-points.ts';
import { limits } from './limits.ts';
import { readClass, readEscape } from './pattern-escape.ts';
import { PatternError, type PatternReader, patternReader } from './pattern-reader.ts';
import { choice, type Expression, oneOf, repeat, sequence } from './regular-expression.ts';

const any = oneOf(complementOf(lineTerminators));

/** Throws `PatternError`. */
export function parsePattern(source: string): Expression {
  if (source.length > limits.patternLength) {
    throw new PatternError(`the pattern is longer than ${limits.patternLength} characters`);
  }
  const reader = patternReader(source);
  const expression = readChoice(reader, 0);
  if (reader.peek() !== undefined) throw new PatternError(`'${reader.peek()}' without its opening`);
  return expression;
}

function readChoice(reader: PatternReader, depth: number): Expression {
  if (depth > limits.depth) throw new PatternError('the pattern has too many groups within groups');
  const options = [readSequence(reader, depth)];
  while (reader.take('|')) options.push(readSequence(reader, depth));
  return options.length === 1 ? (options[0] as Expression) : choice(...options);
}

function readSequence(reader: PatternReader, depth: number): Expression {
  const parts: Expression[] = [];
  for (let next = reader.peek(); next !== undefined && next !== '|' && next !== ')'; next = reader.peek()) {
    const part = readAtom(reader, depth);
    const times = readQuantifier(reader);
    if (times === undefined) {
      parts.push(part);
      continue;
    }
    if (part.kind === 'start' || part.kind === 'end') throw new PatternError('an anchor cannot be repeated');
    parts.push(repeat(part, times.min, times.max));
  }
  return sequence(...parts);
}

function readAtom(reader: PatternReader, depth: number): Expression {
  const next = reader.next();
  switch (next) {
    case '^':
      return { kind: 'start' };
    case '$':
      return { kind: 'end' };
    case '.':
      return any;
    case '(':
      return readGroup(reader, depth);
    case '[':
      return oneOf(readBracketed(reader));
    case '\\':
      return oneOf(readEscape(reader, false));
    case '*':
    case '+':
    case '?':
      throw new PatternError(`nothing to repeat before '${next}'`);
    case '{':
    case '}':
    case ']':
      throw new PatternError(`a lone '${next}' has to be written '\\${next}'`);
    default:
      return oneOf(codePoint(next));
  }
}

function readGroup(reader: PatternReader, depth: number): Expression {
  if (reader.take('?')) {
    const look = ['=', '!', '<=', '<!'].find((mark) => reader.take(mark));
    if (look !== undefined) {
      throw new PatternError(`look-around (?${look} is not supported`);
    }
    if (reader.take('<')) readGroupName(reader);
    else if (!reader.take(':')) throw new PatternError(`(?${reader.peek() ?? ''} is not supported`);
  }
  const group = readChoice(reader, depth + 1);
  if (!reader.take(')')) throw new PatternError("'(' without its ')'");
  return group;
}

function readGroupName(reader: PatternReader): void {
  while (!reader.take('>')) {
    if (reader.peek() === undefined) throw new PatternError("'(?<' without its '>'");
    reader.next();
  }
}

function readBracketed(reader: PatternReader): CodePointSet {
  const negated = reader.take('^');
  const sets: CodePointSet[] = [];
  while (!reader.take(']')) {
    const first = readClass(reader);
    if (reader.peek() !== '-' || reader.peek(1) === ']') {
      sets.push(first);
      continue;
    }
    reader.next();
    const last = readClass(reader);
    const from = single(first);
    const to = single(last);
    if (from === undefined || to === undefined)
      throw new PatternError('a range between classes of characters');
    if (from > to) throw new PatternError('a range of characters that is out of order');
    sets.push([[from, to]]);
  }
  const set = unionOf(...sets);
  return negated ? complementOf(set) : set;
}

/** A lazy quantifier matches the same strings as a greedy one. */
function readQuantifier(reader: PatternReader): { min: number; max: number } | undefined {
  const times = reader.take('*')
    ? { min: 0, max: Number.POSITIVE_INFINITY }
    : reader.take('+')
      ? { min: 1, max: Number.POSITIVE_INFINITY }
      : reader.take('?')
        ? { min: 0, max: 1 }
        : reader.take('{')
          ? readBraces(reader)
          : undefined;
  if (times === undefined) return undefined;
  reader.take('?');
  if (['*', '+', '?', '{'].includes(reader.peek() ?? '')) throw new PatternError('nothing to repeat');
  return times;
}

function readBraces(reader: PatternReader): { min: number; max: number } {
  const text = reader.until('}');
  const match = /^(\d{1,9})(,(\d{0,9}))?$/.exec(text);
  if (match === null) throw new PatternError(`{${text}} is not a number of repetitions`);
  const min = Number(match[1]);
  const max = match[2] === undefined ? min : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
  if (min > max) throw new PatternError(`{${text}} is out of order`);
  return { min, max };
}

function codePoint(character: string): CodePointSet {
  const code = character.codePointAt(0) ?? 0;
  return [[code, code]];
}

function single(set: CodePointSet): number | undefined {
  const range = set[0];
  return set.length === 1 && range !== undefined && range[0] === range[1] ? range[0] : undefined;
}
