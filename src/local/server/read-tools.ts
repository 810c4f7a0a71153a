// The tools of a request, which of them may be called, and whether one must be. Their forerunners, `functions`, are
// read as what they became.
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import type { FunctionDefinition, LocalChatRequest } from '../chat/request.ts';
import { unsupportedValue } from './unsupported.ts';

export type ReadTools = Pick<
  LocalChatRequest,
  'tools' | 'mustCall' | 'parallelToolCalls' | 'legacyFunctions'
>;

/** Throws TollgateError `unsupported_value` for tools that are no functions. */
export function readTools(body: ChatRequest): ReadTools {
  if (body.functions && !body.tools) return readFunctions(body);
  const tools = (body.tools ?? []).map(readTool);
  const parallelToolCalls = body.parallel_tool_calls ?? undefined;
  const read = { tools, mustCall: false, parallelToolCalls, legacyFunctions: false };
  const choice = body.tool_choice ?? 'auto';
  if (tools.length === 0 || choice === 'none') return { ...read, tools: [] };
  if (choice === 'auto') return read;
  if (choice === 'required') return { ...read, mustCall: true };
  if (choice.type === 'allowed_tools') {
    const { mode, tools: allowed } = choice.allowed_tools;
    const names = allowed.flatMap((tool) => (tool.type === 'function' ? tool.function.name : []));
    return { ...read, tools: only(tools, names), mustCall: mode === 'required' };
  }
  if (choice.type === 'custom') throw unsupportedValue('tool_choice.type', "'custom'", onlyFunctions);
  return {
    ...read,
    tools: only(tools, [choice.function.name]),
    mustCall: true,
    // That one call is what was asked for.
    parallelToolCalls: false,
  };
}

const onlyFunctions = "Only tools of type 'function' are supported.";

type WireTool = NonNullable<ChatRequest['tools']>[number];

function readTool(tool: WireTool, index: number): FunctionDefinition {
  if (tool.type !== 'function') throw unsupportedValue(`tools[${index}].type`, "'custom'", onlyFunctions);
  const strict = tool.function.strict ?? false;
  return definition(tool.function, strict, `tools[${index}].function`);
}

/** Functions are called one at a time, and never strictly. */
function readFunctions({ functions, function_call: choice }: ChatRequest): ReadTools {
  const tools = (functions ?? []).map((one, index) => definition(one, false, `functions[${index}]`));
  const named = typeof choice === 'object' ? choice?.name : undefined;
  return {
    tools: choice === 'none' ? [] : named === undefined ? tools : only(tools, [named]),
    mustCall: named !== undefined,
    parallelToolCalls: false,
    legacyFunctions: true,
  };
}

interface WireFunction {
  readonly name: string;
  readonly description?: string | null;
  readonly parameters?: Readonly<Record<string, unknown>> | null;
}

function definition(wire: WireFunction, strict: boolean, path: string): FunctionDefinition {
  const { name, description, parameters } = wire;
  return { name, ...(description && { description }), ...(parameters && { parameters }), strict, path };
}

function only(tools: readonly FunctionDefinition[], names: readonly string[]): FunctionDefinition[] {
  return tools.filter(({ name }) => names.includes(name));
}
