// Strings: `minLength`, `maxLength`, `pattern` and `format` as one automaton over the string's characters. Pure.
import type { Automaton } from './automaton.ts';
import { anyInString } from './code-points.ts';
import { intersect, lengthAutomaton } from './combine-automata.ts';
import { anyMatch } from './determinise.ts';
import { type Effort, TooComplex } from './effort.ts';
import { formatPatterns, formatsWithoutRule } from './formats.ts';
import { limits } from './limits.ts';
import { parsePattern } from './parse-pattern.ts';
import { PatternError } from './pattern-reader.ts';
import type { SchemaNode, SchemaTree } from './schema-node.ts';
import { SchemaProblem } from './schema-problem.ts';

export interface TextBounds {
  readonly min: number;
  /** May be Infinity. */
  readonly max: number;
}

/** In characters, which are code points. */
export function lengthBounds(nodes: readonly SchemaNode[]): TextBounds {
  return bounds(nodes, 'minLength', 'maxLength');
}

/** The narrowest of two keywords that count something. */
export function bounds(nodes: readonly SchemaNode[], least: string, most: string): TextBounds {
  let min = 0;
  let max = Number.POSITIVE_INFINITY;
  for (const { schema, path } of nodes) {
    if (schema === false) continue;
    for (const keyword of [least, most]) {
      const value = schema[keyword];
      if (typeof value !== 'number') continue;
      if (value > limits.repetitions && keyword === least) {
        throw new SchemaProblem({ path, keyword }, `more than ${limits.repetitions} is not supported`);
      }
      if (keyword === least) min = Math.max(min, value);
      // What nothing can reach is no limit.
      else if (value <= limits.repetitions) max = Math.min(max, value);
    }
  }
  return { min, max };
}

/** `undefined` where only the length is given, or nothing. */
export function patternAutomaton(tree: SchemaTree, nodes: readonly SchemaNode[]): Automaton | undefined {
  let result: Automaton | undefined;
  /** What cannot be done makes a problem only under `strict`: without it the strings are just less narrow. */
  const narrow = (node: SchemaNode, keyword: string, make: (known: Automaton | undefined) => Automaton) => {
    try {
      result = make(result);
    } catch (error) {
      const reason =
        error instanceof PatternError
          ? error.message
          : error instanceof TooComplex
            ? 'is too complex'
            : undefined;
      if (reason === undefined) throw error;
      if (tree.strict) throw new SchemaProblem({ path: node.path, keyword }, reason);
    }
  };
  for (const node of nodes) {
    for (const keyword of ['pattern', 'format'] as const) {
      const source = sourceOf(tree, node, keyword);
      if (source === undefined) continue;
      narrow(node, keyword, (known) => {
        const automaton = anyMatch(parsePattern(source), anyInString, tree.effort);
        return known === undefined ? automaton : intersect(known, automaton, tree.effort);
      });
    }
  }
  const { min, max } = lengthBounds(nodes);
  const limited = nodes.find(
    ({ schema }) => schema !== false && ('maxLength' in schema || 'minLength' in schema),
  );
  if (result === undefined || limited === undefined) return result;
  const keyword = max === Number.POSITIVE_INFINITY ? 'minLength' : 'maxLength';
  narrow(limited, keyword, (known) => limitLength(tree.effort, known ?? [], min, max));
  return result;
}

/**
 * Counting makes each state of the pattern one for each length. Where that would be too many, shorter texts have to do:
 * they fit as well.
 */
function limitLength(effort: Effort, automaton: Automaton, min: number, max: number): Automaton {
  const longest = longestOf(automaton);
  if (min === 0 && longest <= max) return automaton;
  const affordable = Math.max(min, Math.floor(limits.states / Math.max(1, automaton.length)) - 1);
  const most = max === Number.POSITIVE_INFINITY && longest === max ? max : Math.min(max, longest, affordable);
  return intersect(automaton, lengthAutomaton(anyInString, min, most, effort), effort);
}

/** Characters of the longest text; Infinity if there is a circle. */
function longestOf(automaton: Automaton): number {
  const lengths = new Map<number, number>();
  const visiting = new Set<number>();
  const todo: { state: number; leaving: boolean }[] = [{ state: 0, leaving: false }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { state, leaving } = next;
    const edges = automaton[state]?.edges ?? [];
    if (leaving) {
      visiting.delete(state);
      lengths.set(
        state,
        edges.reduce((longest, { to }) => Math.max(longest, 1 + (lengths.get(to) ?? 0)), 0),
      );
      continue;
    }
    if (lengths.has(state)) continue;
    if (visiting.has(state)) return Number.POSITIVE_INFINITY;
    visiting.add(state);
    todo.push({ state, leaving: true });
    for (const { to } of edges) {
      if (visiting.has(to)) return Number.POSITIVE_INFINITY;
      todo.push({ state: to, leaving: false });
    }
  }
  return lengths.get(0) ?? 0;
}

function sourceOf(tree: SchemaTree, node: SchemaNode, keyword: 'pattern' | 'format'): string | undefined {
  const value = node.schema === false ? undefined : node.schema[keyword];
  if (typeof value !== 'string' || keyword === 'pattern') return value as string | undefined;
  const pattern = formatPatterns.get(value);
  if (pattern !== undefined || formatsWithoutRule.has(value) || !tree.strict) return pattern;
  const known = [...formatPatterns.keys()].join(', ');
  throw new SchemaProblem(
    { path: node.path, keyword },
    `'${value.slice(0, 100)}' is not supported; ${known} are`,
  );
}
