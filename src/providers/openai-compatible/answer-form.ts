// What one client wants of the form of its answer, beside what every client gets.
import type { ProviderCapabilities } from '../../core/capabilities.ts';
import type { ChatCall } from '../../core/ports.ts';

export interface AnswerForm {
  /** Reasoning under the name `reasoning` too. */
  readonly alias: boolean;
  /** Calls as the deprecated `function_call`. */
  readonly functionCall: boolean;
  /** The upstream leaves thoughts in the text, between these tags. */
  readonly thinkTags: ProviderCapabilities['thinkTags'];
}

/** Where the client asked with `tools` too, calls are tool calls. */
export function answerFormOf(
  { request, reasoningAlias }: ChatCall,
  { functions, thinkTags }: Pick<ProviderCapabilities, 'functions' | 'thinkTags'> = {},
): AnswerForm {
  return {
    alias: reasoningAlias === true,
    functionCall: functions !== true && hasFunctions(request.functions) && !hasFunctions(request.tools),
    thinkTags,
  };
}

function hasFunctions(list: readonly unknown[] | null | undefined): boolean {
  return list !== null && list !== undefined && list.length > 0;
}
