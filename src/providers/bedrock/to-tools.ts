// Tools as the Converse API takes them. It has no word for "none", and wants its tools named as long as a conversation has
// calls in it. Source: Amazon Bedrock API Reference, "ToolConfiguration", "ToolSpecification", 2026-11-22.
import type { ChatCall } from '../../core/ports.ts';
import { toSchema } from '../anthropic/to-schema.ts';
import type { Conversation } from '../dialect/conversation.ts';
import { takesSchemas } from './models.ts';

/** Asked for as a tool where the model takes no schema for its answer; its input is then the answer. */
export const answerTool = 'answer_in_json';

export interface ToolSetup {
  readonly config?: { readonly tools: readonly object[]; readonly toolChoice?: object };
  /** For the system prompt. */
  readonly instruction?: string;
}

const noCalls = 'Do not call any tool: answer in words.';

/** `asTool`: the answer itself is asked for as a call. `haveCalls`: there are calls in the messages. */
export function toolsOf(
  conversation: Conversation,
  call: ChatCall,
  asTool: boolean,
  haveCalls: boolean,
): ToolSetup {
  const { tools, choice } = conversation;
  const structured = takesSchemas(call);
  const definitions = tools.map(({ name, description, parameters, strict }) =>
    specOf(name, description, parameters, strict && structured),
  );
  if (asTool) {
    const format = call.request.response_format;
    const schema = format?.type === 'json_schema' ? format.json_schema : undefined;
    const description = schema?.description ?? 'Gives the answer.';
    definitions.push(specOf(answerTool, description, schema?.schema ?? undefined, false));
    return { config: { tools: definitions, toolChoice: { tool: { name: answerTool } } } };
  }
  if (choice === 'none' || definitions.length === 0) {
    if (!haveCalls) return {};
    return { config: { tools: past(conversation, definitions) }, instruction: noCalls };
  }
  if (typeof choice === 'object') {
    return { config: { tools: definitions, toolChoice: { tool: { name: choice.name } } } };
  }
  return { config: { tools: definitions, ...(choice === 'required' ? { toolChoice: { any: {} } } : {}) } };
}

/** Calls whose tools are not there are refused: those that the client has left out stand in by their names. */
function past({ turns, tools }: Conversation, definitions: readonly object[]): object[] {
  const known = new Set(tools.map(({ name }) => name));
  const called = turns.flatMap((turn) => {
    if (turn.role === 'assistant') return turn.calls.map(({ name }) => name);
    return turn.role === 'tool' && turn.name !== '' ? [turn.name] : [];
  });
  const missing = [...new Set(called)].filter((name) => !known.has(name));
  return [...definitions, ...missing.map((name) => specOf(name, undefined, undefined, false))];
}

function specOf(
  name: string,
  description: string | undefined,
  parameters: Readonly<Record<string, unknown>> | undefined,
  strict: boolean,
): object {
  const schema = parameters ?? { type: 'object', properties: {} };
  return {
    toolSpec: {
      name,
      ...(description ? { description } : {}),
      inputSchema: { json: strict ? toSchema(schema) : schema },
      ...(strict ? { strict: true } : {}),
    },
  };
}
