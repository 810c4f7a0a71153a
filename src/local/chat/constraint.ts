// What an answer has to keep to, as grammars: calls by the schemas of the tools, content by the response format.
// Decided before a token is spent, so a schema that cannot be kept is refused in time.
import { TollgateError } from '../../core/errors.ts';
import {
  type CallableTool,
  compileJsonSchema,
  type Grammar,
  jsonObjectGrammar,
  SchemaProblem,
  type ToolCallOptions,
  toolCallGrammar,
} from '../grammar/grammar.ts';
import { eitherGrammar } from './either-grammar.ts';
import type { FunctionDefinition, JsonFormat, LocalChatRequest } from './request.ts';
import { callNotation, callTags } from './tool-notation.ts';

/** Grammars in GBNF. */
export interface Constraint {
  /** For the answer from its first token on. */
  readonly answer: string | undefined;
  /** For what follows the opening tag of a call that the model makes of its own accord. */
  readonly call: string | undefined;
}

/** Small models do not stop calling once they have begun. */
const mostCalls = 8;

/** What a client asks of its answers beside words. */
export type Asked = Pick<LocalChatRequest, 'tools' | 'mustCall' | 'format'> & {
  readonly parallelToolCalls: boolean;
};

/** Conversations ask for the same again with every turn, and compiling takes milliseconds in which nobody is served. */
const remembered = 16;

/** `constraintOf` that remembers what it was asked of late. */
export function createConstraints(): typeof constraintOf {
  const known = new Map<string, Constraint>();
  return function constraints(asked) {
    const { tools, mustCall, parallelToolCalls, format } = asked;
    const key = JSON.stringify([tools, mustCall, parallelToolCalls, format]);
    const constraint = known.get(key) ?? constraintOf(asked);
    known.delete(key);
    known.set(key, constraint);
    if (known.size > remembered) known.delete(known.keys().next().value ?? '');
    return constraint;
  };
}

/** Throws TollgateError `unsupported_value` for what a strict schema says and no grammar can. */
export function constraintOf({ tools, mustCall, parallelToolCalls, format }: Asked): Constraint {
  const options = { ...callNotation, maxCalls: parallelToolCalls ? mostCalls : 1 };
  if (tools.length === 0) return { answer: format && formatGrammar(format).text, call: undefined };
  if (mustCall) return { answer: callsGrammar(tools, options).text, call: undefined };
  if (format) {
    const either = eitherGrammar(callsGrammar(tools, options), formatGrammar(format));
    return { answer: either.text, call: undefined };
  }
  return { answer: undefined, call: callsGrammar(tools, { ...options, begun: callTags.open }).text };
}

function formatGrammar(format: JsonFormat): Grammar {
  if (format.kind === 'object') return jsonObjectGrammar();
  try {
    return compileJsonSchema(format.schema, { strict: format.strict });
  } catch (error) {
    if (!(error instanceof SchemaProblem)) throw error;
    if (!format.strict) return jsonObjectGrammar();
    throw unsupportedSchema('response_format.json_schema.schema', error);
  }
}

/** A schema that nobody demanded to be kept to and that cannot be is as good as none: any object. */
function callsGrammar(tools: readonly FunctionDefinition[], options: ToolCallOptions): Grammar {
  let callable: CallableTool[] = tools.map(({ name, parameters, strict }) => ({ name, parameters, strict }));
  for (;;) {
    try {
      return toolCallGrammar(callable, options);
    } catch (error) {
      if (!(error instanceof SchemaProblem)) throw error;
      const fault = error.tool;
      const relaxed = callable.map((tool, index) =>
        tool.strict || (fault !== undefined && index !== fault) ? tool : { ...tool, parameters: anyObject },
      );
      const changed = relaxed.some(({ parameters }, index) => parameters !== callable[index]?.parameters);
      if (!changed) {
        const tool = fault === undefined ? undefined : tools[fault];
        throw unsupportedSchema(tool === undefined ? 'tools' : `${tool.path}.parameters`, error);
      }
      callable = relaxed;
    }
  }
}

const anyObject = { type: 'object' };

function unsupportedSchema(param: string, { path, keyword, reason }: SchemaProblem): TollgateError {
  const dot = path === '' || path.startsWith('[') ? '' : '.';
  const fault =
    keyword === undefined
      ? reason
      : `the keyword '${keyword}'${/^(is|leads) /.test(reason) ? ' ' : ': '}${reason}`;
  return new TollgateError('unsupported_value', {
    param: param + dot + path,
    values: { actual: 'this schema', reason: `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.` },
  });
}
