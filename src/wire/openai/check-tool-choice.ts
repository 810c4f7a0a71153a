// The rules between a choice of tools and the tools: what is chosen must be there. OpenAI's wording; it gives these no
// code.
import type { Static } from 'typebox';
import type { ChatRequest } from './chat-request.ts';
import type { Tool, ToolChoice } from './chat-tools.ts';
import { type RequestProblem, shown } from './request-problem.ts';

export function checkToolChoice(request: ChatRequest): RequestProblem | undefined {
  const choice = request.tool_choice ?? undefined;
  if (choice !== undefined && choice !== 'none' && choice !== 'auto') {
    if (!request.tools) {
      return withoutTools('tool_choice', 'tools');
    }
    if (typeof choice === 'object') {
      const absent = firstAbsent(choice, request.tools);
      if (absent !== undefined) return notThere('tool_choice', absent, 'tools');
    }
  }
  const call = request.function_call ?? undefined;
  if (call === undefined || call === 'none' || call === 'auto') return undefined;
  if (!request.functions) {
    return withoutTools('function_call', 'functions');
  }
  if (request.functions.some(({ name }) => name === call.name)) return undefined;
  return notThere('function_call', call.name, 'functions');
}

type Choice = Exclude<Static<typeof ToolChoice>, string>;

/** The first chosen tool that is not there. */
function firstAbsent(choice: Choice, tools: readonly Static<typeof Tool>[]): string | undefined {
  const chosen = choice.type === 'allowed_tools' ? choice.allowed_tools.tools : [choice];
  for (const wanted of chosen) {
    const name = wanted.type === 'function' ? wanted.function.name : wanted.custom.name;
    const there = tools.some((tool) =>
      tool.type === 'function'
        ? wanted.type === 'function' && tool.function.name === name
        : wanted.type === 'custom' && tool.custom.name === name,
    );
    if (!there) return name;
  }
  return undefined;
}

function withoutTools(param: string, list: 'tools' | 'functions'): RequestProblem {
  return { code: 'choice_without_tools', param, values: { list } };
}

function notThere(param: string, name: string, list: 'tools' | 'functions'): RequestProblem {
  const kind = list === 'tools' ? 'tool' : 'function';
  return { code: 'tool_not_specified', param, values: { kind, list, name: shown(name) } };
}
