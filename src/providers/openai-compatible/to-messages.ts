// The messages of a request as an upstream knows them: roles, reasoning of earlier turns, deprecated calls. Messages that
// need no change keep their bytes.
import type { ProviderCapabilities } from '../../core/capabilities.ts';
import { type Edit, editElements } from '../../wire/json-elements.ts';
import { type MemberPatch, patchMembers } from '../../wire/json-members.ts';
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import { createLegacyMessageMapper, isLegacyMessage } from './legacy-messages.ts';
import type { Echoed, ReasoningEcho } from './reasoning-echo.ts';
import { textOfDetails } from './reasoning-field.ts';

type Message = ChatRequest['messages'][number];

const none: readonly Edit[] = [];

/** What has to change in the `messages` of `body` for this upstream. `echo`: what is remembered of its reasoning. */
export function editMessages(
  body: Buffer,
  { messages }: ChatRequest,
  capabilities: ProviderCapabilities,
  echo?: ReasoningEcho,
): readonly Edit[] {
  const legacy = capabilities.functions !== true && messages.some(isLegacyMessage);
  const patches = messages.map((message, index) =>
    patchOf(message, capabilities, () => echo?.recall(messages, index)),
  );
  if (!legacy && patches.every((patch) => patch === undefined)) return none;
  const mapLegacy = legacy ? createLegacyMessageMapper() : undefined;
  return editElements(body, 'messages', (given, index) => {
    const message = messages[index] as Message;
    const patch = patches[index];
    const bytes = patch ? patchMembers(given, patch) : given;
    const mapped = mapLegacy?.(message, bytes, index === messages.length - 1);
    return mapped ?? (patch ? [bytes] : undefined);
  });
}

type AssistantMessage = Message & { readonly role: 'assistant' };
type Recall = () => Echoed | undefined;

function patchOf(
  message: Message,
  capabilities: ProviderCapabilities,
  recall: Recall,
): MemberPatch | undefined {
  if (message.role === 'developer' && !capabilities.developerRole) return { role: '"system"' };
  if (message.role !== 'assistant') return undefined;
  const { reasoningField: wanted, reasoningDetails = true } = capabilities;
  if (wanted === 'none') {
    return withoutExtras(message, ['reasoning_content', 'reasoning', 'reasoning_details']);
  }
  const patch = wanted && reasoningPatch(message, wanted, reasoningDetails, recall);
  const without = reasoningDetails ? undefined : withoutExtras(message, ['reasoning_details']);
  return patch && without ? { ...patch, ...without } : (patch ?? without);
}

/** Reasoning under the name this upstream knows. `reasoning_details` go back as they came. */
function reasoningPatch(
  message: AssistantMessage,
  wanted: 'reasoning_content' | 'reasoning',
  reasoningDetails: boolean,
  recall: Recall,
): MemberPatch | undefined {
  const other = wanted === 'reasoning' ? 'reasoning_content' : 'reasoning';
  const { reasoning_details: details } = message;
  const text = message.reasoning_content ?? message.reasoning ?? textOfDetails(details);
  // Most clients send back what OpenAI's knows, which is none of it.
  const echoed = text || details ? undefined : recall();
  // DeepSeek refuses turns with tool calls that bring no reasoning back, and takes an empty one (opencode#24722).
  const calls = wanted === 'reasoning_content' && (message.tool_calls || message.function_call);
  const value = echoed?.text || (text ?? (calls ? '' : undefined));
  const more =
    echoed && echoed.details.length > 0 && reasoningDetails
      ? { reasoning_details: JSON.stringify(echoed.details) }
      : undefined;
  if (!more && !(other in message) && (message[wanted] ?? undefined) === value) return undefined;
  return { [other]: undefined, [wanted]: value === undefined ? undefined : JSON.stringify(value), ...more };
}

/** Members that only some upstreams know: others answer 400 (crush#1590, litellm#30835). */
function withoutExtras(message: AssistantMessage, names: readonly string[]): MemberPatch | undefined {
  const patch: Record<string, string | undefined> = {};
  for (const name of names) if (name in message) patch[name] = undefined;
  if (message.tool_calls?.some((call) => 'extra_content' in call)) {
    patch.tool_calls = JSON.stringify(message.tool_calls.map(({ extra_content: _, ...call }) => call));
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}
