// A schema as the rule of its values. Each set of schemas that has to fit at one place becomes one rule, found again
// when it returns, so that recursion ends. Throws `SchemaProblem`.
import { type Alternative, alternativesOf } from './alternatives.ts';
import { anyValueRules } from './any-value.ts';
import { arrayRule } from './array-rule.ts';
import { stringRule, textRule } from './automaton-rules.ts';
import { createJudge, typesOf } from './fits.ts';
import { type TypeName, typeNames, typeOfKeyword } from './keywords.ts';
import { limits } from './limits.ts';
import { listAutomaton } from './list-automaton.ts';
import { literalsOf, literalTexts } from './literals.ts';
import { numberRule } from './number-rule.ts';
import { objectRule } from './object-rule.ts';
import { repetition } from './repetition.ts';
import { createRules, type RuleReference } from './rules.ts';
import type { SchemaNode, SchemaTree } from './schema-node.ts';
import { SchemaProblem } from './schema-problem.ts';
import { lengthBounds, patternAutomaton } from './string-text.ts';
import type { SharedRules, ValueCompiler } from './value-compiler.ts';

export function sharedRules(): SharedRules {
  const rules = createRules();
  return { rules, json: anyValueRules(rules) };
}

export function valueCompiler({ rules, json }: SharedRules, tree: SchemaTree): ValueCompiler {
  const known = new Map<string, RuleReference>();
  const lexical = new Map<string, RuleReference>();
  let depth = 0;
  const compiler: ValueCompiler = { rules, json, tree, judge: createJudge(tree), valueOf: ruleOf };
  return compiler;

  function ruleOf(given: readonly SchemaNode[]): RuleReference {
    const nodes = [...new Set(given)].sort((a, b) => a.id - b.id);
    const [first] = nodes;
    if (first === undefined) return json.value;
    const key = nodes.map(({ id }) => id).join(' ');
    const before = known.get(key);
    if (before !== undefined) return before;
    if (depth >= limits.depth) {
      throw new SchemaProblem({ path: first.path }, `nested more than ${limits.depth} deep`);
    }
    const { reference, define } = rules.reserve('value');
    known.set(key, reference);
    depth += 1;
    define(optionsOf(alternativesOf(tree, nodes)).map((option) => [option]));
    depth -= 1;
    return reference;
  }

  function optionsOf(alternatives: readonly Alternative[]): RuleReference[] {
    const texts: string[] = [];
    const options = new Map<number, RuleReference>();
    const rulesOfType = new Map<string, RuleReference>();
    for (const nodes of alternatives) {
      const literals = literalsOf(nodes);
      if (literals !== undefined) {
        texts.push(...literalTexts(compiler.judge.filter(literals, nodes)));
        continue;
      }
      for (const type of typesAllowed(nodes)) {
        const about = nodes.filter(({ schema }) => schema !== false && saysOf(schema, type));
        tree.effort.spend(nodes.length);
        const isNested = type === 'object' || type === 'array';
        const memory = isNested ? rulesOfType : lexical;
        const key = isNested ? idsOf(about, type) : wordsOf(about, type);
        const rule = memory.get(key) ?? typeRule(compiler, type, about);
        memory.set(key, rule);
        options.set(rule.rule, rule);
      }
    }
    if (texts.length > 0) {
      const literal = textRule(rules, 'literal', listAutomaton(texts, tree.effort));
      options.set(literal.rule, literal);
    }
    return [...options.values()];
  }
}

function typeRule(compiler: ValueCompiler, type: TypeName, nodes: readonly SchemaNode[]): RuleReference {
  const { json } = compiler;
  if (nodes.length === 0) return json[type];
  switch (type) {
    case 'object':
      return objectRule(compiler, nodes);
    case 'array':
      return arrayRule(compiler, nodes);
    case 'string':
      return stringValue(compiler, nodes);
    case 'number':
    case 'integer':
      return numberRule(compiler, type, nodes);
    default:
      return json[type];
  }
}

function stringValue({ rules, json, tree }: ValueCompiler, nodes: readonly SchemaNode[]): RuleReference {
  const automaton = patternAutomaton(tree, nodes);
  if (automaton !== undefined) return stringRule(rules, 'string', automaton);
  const { min, max } = lengthBounds(nodes);
  if (min === 0 && max === Number.POSITIVE_INFINITY) return json.string;
  return rules.add('string', min > max ? [] : [['"', ...repetition(rules, json.character, min, max), '"']]);
}

/** Same schemas, same rule. */
const idsOf = (nodes: readonly SchemaNode[], type: TypeName) =>
  `${type} ${nodes.map(({ id }) => id).join(' ')}`;

/** Same keywords about a type, same rule: many dates of a schema are one. */
function wordsOf(nodes: readonly SchemaNode[], type: TypeName): string {
  const about = type === 'integer' ? 'number' : type;
  const isAbout = ([keyword]: [string, unknown]) => typeOfKeyword.get(keyword) === about;
  return JSON.stringify([type, nodes.map(({ schema }) => Object.entries(schema).filter(isAbout))]);
}

/** Whether a schema has a keyword about values of a type. */
function saysOf(schema: object, type: TypeName): boolean {
  const about = type === 'integer' ? 'number' : type;
  return Object.keys(schema).some((keyword) => typeOfKeyword.get(keyword) === about);
}

/**
 * By `type`; where no schema has one, by the keywords: `properties` without `type` is meant for objects, although JSON
 * Schema lets every other value through there.
 */
function typesAllowed(nodes: Alternative): readonly TypeName[] {
  const stated = nodes
    .flatMap(({ schema }) => (schema === false ? [] : [typesOf(schema) ?? []]))
    .filter(isSome);
  if (stated.length > 0) {
    return typeNames.filter((type) => {
      const fits = (types: readonly TypeName[]) =>
        types.includes(type) || (type === 'integer' && types.includes('number'));
      // An integer is a number: one rule for both is enough.
      const isCovered = type === 'integer' && stated.every((types) => types.includes('number'));
      return stated.every(fits) && !isCovered;
    });
  }
  const meant = typeNames.filter(
    (type) => type !== 'integer' && nodes.some(({ schema }) => schema !== false && saysOf(schema, type)),
  );
  return meant.length > 0 ? meant : typeNames.filter((type) => type !== 'integer');
}

const isSome = (list: readonly unknown[]) => list.length > 0;
