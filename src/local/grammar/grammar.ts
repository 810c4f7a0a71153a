// JSON Schema in, grammar in llama.cpp's notation (GBNF) out: what the embedded model may write next. Pure; knows
// neither the engine nor the chat. Everything thrown here is a `SchemaProblem`.
import { SchemaProblem } from './schema-problem.ts';

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
export function compileJsonSchema(_schema: unknown, _options: SchemaOptions): Grammar {
  throw new SchemaProblem({ path: '' }, 'the compiler is being written');
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

/** One call or more of any of `tools`, each with arguments by its own schema; a single tool is a forced one. */
export function toolCallGrammar(_tools: readonly CallableTool[], _options: ToolCallOptions): Grammar {
  throw new SchemaProblem({ path: '' }, 'the compiler is being written');
}

export { SchemaProblem } from './schema-problem.ts';
