// Tool calls of an answer as the deprecated `function_call`, for a client that asked with `functions`. That form has
// room for one call only, so upstreams are asked for one (`parallel_tool_calls: false`), and the first is what counts.

interface ToolCall {
  readonly index?: unknown;
  readonly function?: { readonly name?: unknown; readonly arguments?: unknown };
}

/** Turns mended `tool_calls` of a message or delta into `function_call`, in place; says whether it did. */
export function useFunctionCall(message: Record<string, unknown>): boolean {
  if (!Array.isArray(message.tool_calls)) return false;
  const calls = message.tool_calls as ToolCall[];
  delete message.tool_calls;
  // In a whole message the first call is the one; in a delta its pieces have the index 0, and only one opens it.
  const pieces = calls.filter((call, position) => (call.index ?? position) === 0 && call.function);
  if (pieces.length === 0) return true;
  const name = pieces.find((call) => typeof call.function?.name === 'string')?.function?.name;
  message.function_call = {
    ...(name === undefined ? {} : { name }),
    arguments: pieces.map((call) => call.function?.arguments ?? '').join(''),
  };
  return true;
}
