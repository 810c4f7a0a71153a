// What one client wants of the form of its answer, beside what every client gets.
import type { ChatCall } from '../../core/ports.ts';

export interface AnswerForm {
  /** Reasoning under the name `reasoning` too. */
  readonly alias: boolean;
  /** Calls as the deprecated `function_call`. */
  readonly functionCall: boolean;
}

/** `nativeFunctions`: the upstream takes and answers `functions` itself. With `tools` there too, calls are tool calls. */
export function answerFormOf({ request, reasoningAlias }: ChatCall, nativeFunctions = false): AnswerForm {
  return {
    alias: reasoningAlias === true,
    functionCall: !nativeFunctions && hasFunctions(request.functions) && !hasFunctions(request.tools),
  };
}

function hasFunctions(list: readonly unknown[] | null | undefined): boolean {
  return list !== null && list !== undefined && list.length > 0;
}
