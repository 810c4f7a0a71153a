// The tools of a chat request as other dialects need them: functions only, one spelling for what is to be called.
import { TollgateError } from '../../core/errors.ts';
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import { type CacheMark, cachedAt } from './cache-mark.ts';

export interface FunctionTool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments; absent = no arguments. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly strict: boolean;
  readonly cache?: CacheMark;
}

export type WantedCall = 'auto' | 'none' | 'required' | { readonly name: string };

/** `functions` join the tools; `allowed_tools` leaves only those it names. Throws for custom tools. */
export function toolsOf(request: ChatRequest): { tools: FunctionTool[]; parallel: boolean } {
  const tools = (request.tools ?? []).map((tool, index) => {
    if (tool.type === 'function') return { ...toFunction(tool.function), ...cachedAt(tool) };
    throw new TollgateError('unsupported_value', {
      param: `tools[${index}].type`,
      values: { actual: `'${tool.type}'`, reason: 'It takes no custom tools.' },
    });
  });
  const choice = request.tool_choice;
  const allowed =
    typeof choice === 'object' && choice?.type === 'allowed_tools' ? choice.allowed_tools.tools : undefined;
  const all = [...tools, ...(request.functions ?? []).map(toFunction)];
  return {
    tools: allowed ? all.filter(({ name }) => allowed.some((tool) => nameOf(tool) === name)) : all,
    // The deprecated form has room for one call.
    parallel: request.parallel_tool_calls !== false && !(request.functions && !request.tools),
  };
}

export function chosenTool(request: ChatRequest): WantedCall | undefined {
  const choice = request.tool_choice ?? undefined;
  if (choice === undefined) {
    const legacy = request.function_call ?? undefined;
    return typeof legacy === 'object' ? { name: legacy.name } : legacy;
  }
  if (typeof choice === 'string') return choice;
  if (choice.type === 'allowed_tools') return choice.allowed_tools.mode;
  return { name: choice.type === 'function' ? choice.function.name : choice.custom.name };
}

interface Definition {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly parameters?: Readonly<Record<string, unknown>> | null | undefined;
  readonly strict?: boolean | null | undefined;
}

function toFunction(definition: Definition): FunctionTool {
  const { name, description, parameters, strict } = definition;
  return {
    name,
    ...(description ? { description } : {}),
    ...(parameters ? { parameters } : {}),
    strict: strict === true,
  };
}

function nameOf(tool: unknown): unknown {
  return (tool as { function?: { name?: unknown } }).function?.name;
}
