// Tools and the choice among them, flat as the Responses API has them. CONTRACT section 5c.
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import { chosenTool, toolsOf } from '../dialect/tools.ts';

/** `tools`, `tool_choice`, `parallel_tool_calls`, as far as there are any. Throws for custom tools. */
export function toTools(request: ChatRequest): object {
  const choice = request.tool_choice;
  const allowed = typeof choice === 'object' && choice?.type === 'allowed_tools' ? choice : undefined;
  // All stay in the list, whichever are allowed: a list that does not change keeps the prompt cache.
  const { tools: functions, parallel } = toolsOf(allowed ? { ...request, tool_choice: 'auto' } : request);
  const tools = [
    ...functions.map(({ name, description, parameters, strict }) => ({
      type: 'function',
      name,
      ...(description ? { description } : {}),
      parameters: parameters ?? { type: 'object', properties: {} },
      // Must be there, and would be true otherwise.
      strict,
    })),
    ...searchTool(request),
  ];
  if (tools.length === 0) return {};
  const wanted = chosenTool(request);
  return {
    tools,
    ...(allowed
      ? { tool_choice: { type: 'allowed_tools', ...allowedTools(allowed.allowed_tools) } }
      : wanted === undefined
        ? {}
        : { tool_choice: typeof wanted === 'object' ? { type: 'function', name: wanted.name } : wanted }),
    ...(parallel ? {} : { parallel_tool_calls: false }),
  };
}

function allowedTools({ mode, tools }: { readonly mode: string; readonly tools: readonly unknown[] }) {
  return {
    mode,
    tools: tools.map((tool) => ({
      type: 'function',
      name: (tool as { readonly function?: { readonly name?: unknown } }).function?.name,
    })),
  };
}

/** The search that chat completions has as a field is a tool there. */
function searchTool({ web_search_options: options }: ChatRequest): object[] {
  if (!options) return [];
  const { search_context_size: size, user_location: location } = options;
  return [
    {
      type: 'web_search',
      ...(size ? { search_context_size: size } : {}),
      ...(location ? { user_location: { type: 'approximate', ...location.approximate } } : {}),
    },
  ];
}
