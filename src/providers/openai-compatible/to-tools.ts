// The deprecated `functions` and `function_call` as `tools` and `tool_choice`. CONTRACT section 1, "functions".
import type { ProviderCapabilities } from '../../core/capabilities.ts';
import type { MemberPatch } from '../../wire/json-members.ts';
import type { ChatRequest } from '../../wire/openai/chat-request.ts';

/** Where `tools` are there too, the functions join them, and `tool_choice` wins over `function_call`. */
export function toolsPatch(request: ChatRequest, { functions: native }: ProviderCapabilities): MemberPatch {
  if (native) return {};
  const { functions, function_call: choice } = request;
  const removed = { functions: undefined, function_call: undefined };
  if (!functions) return removed;
  const tools = [
    ...(request.tools ?? []),
    ...functions.map((tool) => ({ type: 'function', function: tool })),
  ];
  const patch = { ...removed, tools: JSON.stringify(tools) };
  const chosen = choice && !request.tool_choice ? { tool_choice: JSON.stringify(toolChoiceOf(choice)) } : {};
  // The old form has room for one call.
  return request.tools ? { ...patch, ...chosen } : { ...patch, ...chosen, parallel_tool_calls: 'false' };
}

function toolChoiceOf(choice: NonNullable<ChatRequest['function_call']>): unknown {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } };
}
