// A chat request -> POST /model/{id}/converse. Source: Amazon Bedrock API Reference, "Converse", 2026-11-22; facts about
// models are in models.ts.
import type { ChatCall } from '../../core/ports.ts';
import { toSchema } from '../anthropic/to-schema.ts';
import type { DialectRequest } from '../dialect/adapter.ts';
import { type Conversation, conversationOf } from '../dialect/conversation.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';
import { outputCapOf } from '../openai-compatible/to-request.ts';
import { takesCachePoints } from './models.ts';
import { answersAsTool, type Reasoning, reasoningOf, withoutThinking } from './reasoning.ts';
import { haveCalls, loopHasThoughts, type Message, type MessageOptions, toMessages } from './to-messages.ts';
import { toolsOf } from './to-tools.ts';

export function toRequest(call: ChatCall, memory: ReasoningMemory): DialectRequest {
  const conversation = conversationOf(call.request);
  const { messages, reasoning } = settle(conversation, call, memory);
  const tools = toolsOf(conversation, call, answersAsTool(call), haveCalls(messages));
  const extra = reasoning.fields;
  return {
    path: `/model/${pathSegment(call.target.model)}/${call.streaming ? 'converse-stream' : 'converse'}`,
    headers: { accept: call.streaming ? 'application/vnd.amazon.eventstream' : 'application/json' },
    body: {
      messages,
      ...systemOf(conversation, call, tools.instruction),
      ...inferenceConfig(call, reasoning),
      ...(tools.config ? { toolConfig: tools.config } : {}),
      ...outputConfig(call, reasoning.effort),
      ...(Object.keys(extra).length > 0 ? { additionalModelRequestFields: extra } : {}),
      ...tierOf(call),
    },
  };
}

/** A loop that another model began, or whose thoughts are forgotten, goes on without them rather than not at all. */
function settle(
  conversation: Conversation,
  call: ChatCall,
  memory: ReasoningMemory,
): { readonly messages: Message[]; readonly reasoning: Reasoning } {
  const options = { memory, cachePoints: takesCachePoints(call.target.model) };
  const reasoning = reasoningOf(call);
  const messages = toMessages(conversation, { ...options, thinks: reasoning.thinks });
  if (!reasoning.needsThoughts || loopHasThoughts(messages)) return { messages, reasoning };
  const plain: MessageOptions = { ...options, thinks: false };
  return { messages: toMessages(conversation, plain), reasoning: withoutThinking(call) };
}

/** What the model is asked to think in the end; the turns are looked at only where they have a say in it. */
export function settledReasoning(call: ChatCall, memory: ReasoningMemory): Reasoning {
  const reasoning = reasoningOf(call);
  const loops = call.request.messages.some(({ role }) => role === 'tool' || role === 'function');
  if (!reasoning.needsThoughts || !loops) return reasoning;
  return settle(conversationOf(call.request), call, memory).reasoning;
}

/** As RFC 3986 has it, and as Amazon signs it: ids have colons, and ARNs slashes. */
function pathSegment(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const jsonOnly = 'Answer with one JSON object and nothing else: no prose, no code fence.';

function systemOf(
  { system }: Conversation,
  { request }: ChatCall,
  instruction: string | undefined,
): { system?: readonly object[] } {
  const texts = system.filter((text) => text.trim() !== '');
  if (request.response_format?.type === 'json_object') texts.push(jsonOnly);
  if (instruction !== undefined) texts.push(instruction);
  return texts.length === 0 ? {} : { system: texts.map((text) => ({ text })) };
}

/** Sequences of nothing but white space are refused by Claude. */
export function isTaken(sequence: string): boolean {
  return sequence.trim() !== '';
}

/** `temperature` goes to 1 only there. Without a cap the model's own largest holds. */
function inferenceConfig(
  call: ChatCall,
  { sampling, maxTokens: least }: Reasoning,
): { inferenceConfig?: object } {
  const { stop, temperature, top_p: topP } = call.request;
  const sequences = (typeof stop === 'string' ? [stop] : [...(stop ?? [])]).filter(isTaken);
  const maxTokens = outputCapOf(call) ?? least;
  const warm = typeof temperature === 'number' && sampling !== 'none';
  const narrow = typeof topP === 'number' && (sampling === 'both' || (sampling === 'one' && !warm));
  const config = {
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(warm ? { temperature: Math.min(temperature, 1) } : {}),
    ...(narrow ? { topP } : {}),
    ...(sequences.length === 0 ? {} : { stopSequences: sequences }),
  };
  return Object.keys(config).length === 0 ? {} : { inferenceConfig: config };
}

function outputConfig(call: ChatCall, effort: string | undefined): { outputConfig?: object } {
  const format = call.request.response_format;
  const wanted = format?.type === 'json_schema' && !answersAsTool(call) ? format.json_schema : undefined;
  if (!effort && !wanted?.schema) return {};
  return {
    outputConfig: {
      ...(effort ? { effort } : {}),
      ...(wanted?.schema
        ? {
            textFormat: {
              type: 'json_schema',
              structure: {
                // As text there.
                jsonSchema: { schema: JSON.stringify(toSchema(wanted.schema)), name: wanted.name },
              },
            },
          }
        : {}),
    },
  };
}

/** Names of OpenAI's tiers -> Amazon's; `default` is what there is without a word. */
export const tiers: Readonly<Record<string, string>> = {
  flex: 'flex',
  priority: 'priority',
  fast: 'priority',
};

function tierOf({ request }: ChatCall): { serviceTier?: object } {
  const type = tiers[request.service_tier ?? ''];
  return type === undefined ? {} : { serviceTier: { type } };
}
