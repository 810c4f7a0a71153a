// A chat request -> POST /v1/messages. The mapping is CONTRACT section 5a; facts about models are in models.ts.
import type { ChatCall } from '../../core/ports.ts';
import type { DialectRequest } from '../dialect/adapter.ts';
import { type Conversation, conversationOf } from '../dialect/conversation.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';
import { type ClaudeModel, claudeModel } from './models.ts';
import { cacheControl, loopHasThoughts, toMessages } from './to-messages.ts';
import { toSchema } from './to-schema.ts';
import { answersByTool, capOf, isThinking, needsThoughts, wantedThinking } from './wanted-thinking.ts';

/** Asked for as a tool where the model takes no schema for its answer; its input is then the answer. */
export const answerTool = 'answer_in_json';

export function toRequest(call: ChatCall, memory: ReasoningMemory): DialectRequest {
  const { request, target } = call;
  const model = claudeModel(target.model);
  const conversation = conversationOf(request);
  const asTool = answersByTool(call);
  const wanted = wantedThinking(call);
  const asThinking = toMessages(conversation, memory, isThinking(wanted));
  // A loop that another model began, or whose thoughts are forgotten, goes on without them rather than not at all.
  const lost = needsThoughts(wanted) && !loopHasThoughts(asThinking);
  const thinking = lost ? {} : wanted;
  const thinks = isThinking(thinking);
  const body = {
    model: target.model,
    max_tokens: capOf(call),
    ...systemOf(conversation, call),
    messages: lost ? toMessages(conversation, memory, false) : asThinking,
    ...(call.streaming ? { stream: true } : {}),
    ...stopOf(request.stop),
    ...samplingOf(call, model, thinks),
    ...toolsOf(conversation, call, asTool),
    ...outputConfig(call, thinking.effort, model),
    ...('thinking' in thinking ? { thinking: thinking.thinking } : {}),
    ...userOf(call),
    ...(request.service_tier === 'default' ? { service_tier: 'standard_only' } : {}),
  };
  return { path: '/messages', body };
}

const jsonOnly = 'Answer with one JSON object and nothing else: no prose, no code fence.';

function systemOf({ system, systemCaches }: Conversation, { request }: ChatCall): { system?: unknown } {
  const blocks: object[] = system.flatMap((text, at) =>
    text.trim() === '' ? [] : [{ type: 'text', text, ...cacheControl(systemCaches.get(at)) }],
  );
  if (request.response_format?.type === 'json_object') blocks.push({ type: 'text', text: jsonOnly });
  return blocks.length === 0 ? {} : { system: blocks };
}

/** Sequences of nothing but white space are refused there. */
export function isTaken(sequence: string): boolean {
  return sequence.trim() !== '';
}

function stopOf(stop: string | readonly string[] | null | undefined): { stop_sequences?: string[] } {
  const sequences = (typeof stop === 'string' ? [stop] : [...(stop ?? [])]).filter(isTaken);
  return sequences.length === 0 ? {} : { stop_sequences: sequences };
}

/** `temperature` goes to 1 only there, and is fixed at 1 while it thinks. With both, newer models answer 400. */
function samplingOf({ request }: ChatCall, model: ClaudeModel, thinks: boolean): object {
  if (!model.sampling || thinks) return {};
  const { temperature, top_p: topP } = request;
  if (typeof temperature === 'number') return { temperature: Math.min(temperature, 1) };
  return typeof topP === 'number' ? { top_p: topP } : {};
}

function toolsOf({ tools, choice, parallel }: Conversation, call: ChatCall, asTool: boolean): object {
  const { jsonSchema } = claudeModel(call.target.model);
  const definitions: object[] = tools.map((tool) => {
    // A model that takes no schema for its answer takes none for its calls.
    const strict = tool.strict && jsonSchema;
    const parameters = tool.parameters ?? { type: 'object', properties: {} };
    return {
      name: tool.name,
      ...(tool.description ? { description: tool.description } : {}),
      input_schema: strict ? toSchema(parameters) : parameters,
      ...(strict ? { strict: true } : {}),
      ...cacheControl(tool.cache),
    };
  });
  if (asTool) {
    const format = call.request.response_format;
    const schema = format?.type === 'json_schema' ? format.json_schema : undefined;
    definitions.push({
      name: answerTool,
      description: schema?.description ?? 'Gives the answer.',
      input_schema: schema?.schema ?? { type: 'object' },
    });
    return { tools: definitions, tool_choice: { type: 'tool', name: answerTool } };
  }
  if (definitions.length === 0) return {};
  const single = parallel || choice === 'none' ? {} : { disable_parallel_tool_use: true };
  const wanted = choice ?? 'auto';
  const toolChoice =
    typeof wanted === 'object'
      ? { type: 'tool', name: wanted.name, ...single }
      : { type: wanted === 'required' ? 'any' : wanted, ...single };
  return { tools: definitions, tool_choice: toolChoice };
}

function outputConfig({ request }: ChatCall, effort: string | undefined, model: ClaudeModel): object {
  const format = request.response_format;
  const schema = format?.type === 'json_schema' && model.jsonSchema ? format.json_schema.schema : undefined;
  if (!effort && !schema) return {};
  return {
    output_config: {
      ...(effort ? { effort } : {}),
      ...(schema ? { format: { type: 'json_schema', schema: toSchema(schema) } } : {}),
    },
  };
}

function userOf({ request }: ChatCall): object {
  const user = request.safety_identifier ?? request.user;
  return user ? { metadata: { user_id: user } } : {};
}
