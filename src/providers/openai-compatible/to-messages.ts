// The messages of a request as an upstream knows them: roles, reasoning of earlier turns, deprecated calls. Messages that
// need no change keep their bytes.
import type { ProviderCapabilities } from '../../core/capabilities.ts';
import { type Edit, editElements } from '../../wire/json-elements.ts';
import { type MemberPatch, patchMembers } from '../../wire/json-members.ts';
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import { createLegacyMessageMapper, isLegacyMessage } from './legacy-messages.ts';
import { textOfDetails } from './reasoning-field.ts';

type Message = ChatRequest['messages'][number];

const none: readonly Edit[] = [];

/** What has to change in the `messages` of `body` for this upstream. */
export function editMessages(
  body: Buffer,
  { messages }: ChatRequest,
  capabilities: ProviderCapabilities,
): readonly Edit[] {
  const legacy = capabilities.functions !== true && messages.some(isLegacyMessage);
  if (!legacy && !messages.some((message) => patchOf(message, capabilities))) return none;
  const mapLegacy = legacy ? createLegacyMessageMapper() : undefined;
  return editElements(body, 'messages', (given, index) => {
    const message = messages[index] as Message;
    const patch = patchOf(message, capabilities);
    const bytes = patch ? patchMembers(given, patch) : given;
    const mapped = mapLegacy?.(message, bytes, index === messages.length - 1);
    return mapped ?? (patch ? [bytes] : undefined);
  });
}

function patchOf(message: Message, capabilities: ProviderCapabilities): MemberPatch | undefined {
  if (message.role === 'developer' && !capabilities.developerRole) return { role: '"system"' };
  if (message.role === 'assistant' && capabilities.reasoningField) {
    return reasoningPatch(message, capabilities.reasoningField);
  }
  return undefined;
}

/** Reasoning under the name this upstream knows. `reasoning_details` go back as they came. */
function reasoningPatch(
  message: Message & { readonly role: 'assistant' },
  wanted: 'reasoning_content' | 'reasoning',
): MemberPatch | undefined {
  const other = wanted === 'reasoning' ? 'reasoning_content' : 'reasoning';
  const text = message.reasoning_content ?? message.reasoning ?? textOfDetails(message.reasoning_details);
  // DeepSeek refuses turns with tool calls that bring no reasoning back, and takes an empty one (opencode#24722).
  const calls = wanted === 'reasoning_content' && (message.tool_calls || message.function_call);
  const value = text ?? (calls ? '' : undefined);
  if (!(other in message) && (message[wanted] ?? undefined) === value) return undefined;
  return { [other]: undefined, [wanted]: value === undefined ? undefined : JSON.stringify(value) };
}
