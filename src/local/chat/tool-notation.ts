// How tool calls are written here, by models whose template says so (Hermes, Qwen3) and by those that are told in the
// prompt: one notation, so one parser and one grammar serve both.
import type { CallNotation } from '../grammar/grammar.ts';
import type { FunctionDefinition } from './request.ts';

export const callTags = { open: '<tool_call>', close: '</tool_call>' } as const;

export const callNotation: CallNotation = {
  call: (name) => ({
    before: `${callTags.open}\n{"name": ${JSON.stringify(name)}, "arguments": `,
    after: `}\n${callTags.close}`,
  }),
  between: '\n',
};

/** A call as the model would have written it. */
export function writtenCall(name: string, argumentsJson: string): string {
  const { before, after } = callNotation.call(name);
  return before + argumentsJson + after;
}

/** As templates and models know it: the wire's own form. */
export function describedTool({ name, description, parameters }: FunctionDefinition): unknown {
  return {
    type: 'function',
    function: {
      name,
      ...(description !== undefined && { description }),
      ...(parameters !== undefined && { parameters }),
    },
  };
}

/** What a tool gave, for templates without a place for that; the last of them asks for the answer. */
export function writtenResult(content: string, last: boolean): string {
  return `The tool says: ${content}${last ? '\n\nNow answer my question.' : ''}`;
}
