// JSON Schema in, grammar in llama.cpp's notation (GBNF) out: what the embedded model may write next. Pure; knows
// neither the engine nor the chat. Everything thrown here is a `SchemaProblem`.
import { sharedRules, valueCompiler } from './compile-value.ts';
import { createEffort, type Effort, Exhausted, TooComplex } from './effort.ts';
import { printRules } from './print-rules.ts';
import { repetition } from './repetition.ts';
import type { Rule, RuleReference } from './rules.ts';
import { schemaTree } from './schema-node.ts';
import { type ProblemPlace, SchemaProblem } from './schema-problem.ts';
import type { SharedRules } from './value-compiler.ts';

export interface Grammar {
  /** GBNF; the start rule is `root`. */
  readonly text: string;
}

export interface SchemaOptions {
  /** Whether an unsupported keyword is a problem. Otherwise it is left out, which only lets more through. */
  readonly strict: boolean;
}

/**
 * Throws `SchemaProblem`: under `strict` for keywords that are not supported, always for schemas that are malformed,
 * too large, refer outside or fit no value.
 */
export function compileJsonSchema(schema: unknown, options: SchemaOptions): Grammar {
  const tree = schemaTree(schema, options.strict, createEffort());
  return within({ path: '' }, () => {
    const shared = sharedRules();
    const value = valueCompiler(shared, tree).valueOf([tree.root]);
    return printed(shared.rules.all, value);
  });
}

/** Any JSON object: `response_format: {"type": "json_object"}`. */
export function jsonObjectGrammar(): Grammar {
  return compileJsonSchema({ type: 'object' }, { strict: true });
}

export interface CallableTool {
  readonly name: string;
  /** JSON Schema of the arguments; absent means that there are none. */
  readonly parameters?: unknown;
  readonly strict: boolean;
}

/** How a model writes tool calls, e.g. `<tool_call>\n{"name": "f", "arguments": {…}}\n</tool_call>`. */
export interface CallNotation {
  /** The text around the arguments, which are a JSON object. */
  call(name: string): { readonly before: string; readonly after: string };
  /** Between two calls. */
  readonly between: string;
  /** Around all calls, e.g. `[` and `]`. */
  readonly open?: string;
  readonly close?: string;
}

export interface ToolCallOptions extends CallNotation {
  /** 1 where only one call is wanted. */
  readonly maxCalls: number;
  /**
   * What of the first call the model has written already; the grammar goes on from there. Tools whose text does not
   * begin so are left out; at least one has to.
   */
  readonly begun?: string;
}

/**
 * One call or more of any of `tools`, each with arguments by its own schema; a single tool is a forced one. Throws
 * `SchemaProblem` with the tool's index.
 */
export function toolCallGrammar(tools: readonly CallableTool[], options: ToolCallOptions): Grammar {
  const { open = '', close = '', between, begun = '', maxCalls, call } = options;
  const shared = sharedRules();
  const { rules } = shared;
  const effort = createEffort();
  const calls = tools.map((tool, index) => {
    const parameters = argumentsRule(shared, tool, index, effort);
    return { ...call(tool.name), parameters };
  });
  const begins = calls.filter(({ before }) => (open + before).startsWith(begun));
  if (begins.length === 0) throw new RangeError(`no tool's call begins with ${JSON.stringify(begun)}`);
  const first = rules.add(
    'call',
    begins.map(({ before, parameters, after }) => [(open + before).slice(begun.length), parameters, after]),
  );
  const another = rules.add(
    'call',
    calls.map(({ before, parameters, after }) => [between + before, parameters, after]),
  );
  return within({ path: '' }, () =>
    printed(rules.all, rules.add('calls', [[first, ...repetition(rules, another, 0, maxCalls - 1), close]])),
  );
}

const noArguments = { type: 'object', additionalProperties: false };

function argumentsRule(
  shared: SharedRules,
  tool: CallableTool,
  index: number,
  effort: Effort,
): RuleReference {
  return within(
    { path: '' },
    () => {
      const tree = schemaTree(tool.parameters ?? noArguments, tool.strict, effort);
      const object = tree.child(tree.root, { type: 'object' });
      const value = valueCompiler(shared, tree).valueOf([tree.root, object]);
      // Prints it for the problem it may have.
      printed(shared.rules.all, value);
      return value;
    },
    index,
  );
}

function printed(rules: readonly Rule[], root: RuleReference): Grammar {
  const text = printRules(rules, root);
  if (text === undefined) throw new SchemaProblem({ path: '' }, 'no JSON value fits this schema');
  return { text };
}

/** Names the place where everything together becomes too large, and the tool of a problem. */
function within<T>(place: ProblemPlace, make: () => T, tool?: number): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof TooComplex || error instanceof Exhausted)
      throw new SchemaProblem(place, 'the schema is too large or too complex', tool);
    if (!(error instanceof SchemaProblem)) throw error;
    throw new SchemaProblem(error, error.reason, tool);
  }
}

export { SchemaProblem } from './schema-problem.ts';
