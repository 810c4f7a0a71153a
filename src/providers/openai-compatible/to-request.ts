// The client's request for an upstream of the same dialect: its own bytes, with only what must change patched.
import { droppedParams, type ProviderCapabilities } from '../../core/capabilities.ts';
import type { ChatCall } from '../../core/ports.ts';
import { applyEdits } from '../../wire/json-elements.ts';
import { patchMembersInPieces } from '../../wire/json-members.ts';
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import type { ReasoningEcho } from './reasoning-echo.ts';
import { editMessages } from './to-messages.ts';
import { toolsPatch } from './to-tools.ts';

/** A large body in pieces, as it is not copied. */
export function toRequestBody(
  call: ChatCall,
  capabilities: ProviderCapabilities,
  echo?: ReasoningEcho,
): Buffer | readonly Buffer[] {
  const { request, target } = call;
  const patch: Record<string, string | undefined> = {};
  if (request.model !== target.model) patch.model = JSON.stringify(target.model);
  if (call.streaming && capabilities.usageInStream) {
    // Also where it says so already: a name that stands twice in it may be read otherwise there than here.
    patch.stream_options = JSON.stringify(withUsage(request));
  } else if (!capabilities.usageInStream && 'stream_options' in request) {
    patch.stream_options = undefined;
  }
  patchOutputCap(patch, call, capabilities);
  if (request.functions || 'function_call' in request)
    Object.assign(patch, toolsPatch(request, capabilities));
  for (const name of droppedParams(request, capabilities)) patch[name] = undefined;
  const patched = patchMembersInPieces(call.body, patch);
  if (!Buffer.isBuffer(patched)) {
    return applyEdits(patched, call.body, editMessages(call.body, request, capabilities, echo));
  }
  const edits = editMessages(patched, request, capabilities, echo);
  return edits.length === 0 ? patched : Buffer.concat(applyEdits([patched], patched, edits));
}

/** With usage, however else its name was spelled: Go's parsers, as Ollama's, take capitals for small letters. */
function withUsage({ stream_options: given }: ChatRequest): object {
  const others = Object.entries(given ?? {}).filter(([name]) => name.toLowerCase() !== 'include_usage');
  return { ...Object.fromEntries(others), include_usage: true };
}

/** The cap an upstream gets: the client's, but no more than the model's; `max_completion_tokens` wins where both came. */
export function outputCapOf({ request, maxOutputTokens }: ChatCall): number | undefined {
  const wanted = request.max_completion_tokens ?? request.max_tokens ?? undefined;
  if (maxOutputTokens === undefined) return wanted;
  return Math.min(wanted ?? maxOutputTokens, maxOutputTokens);
}

/** One cap under the name this upstream knows. */
function patchOutputCap(
  patch: Record<string, string | undefined>,
  call: ChatCall,
  capabilities: ProviderCapabilities,
): void {
  const { request } = call;
  const wanted = capabilities.maxTokensField;
  const other = wanted === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  const cap = outputCapOf(call);
  const both = other in request;
  if (!both && (request[wanted] ?? undefined) === cap) return;
  if (both) patch[other] = undefined;
  patch[wanted] = cap === undefined ? undefined : String(cap);
}
