// The rules between the messages of a conversation: what answers a call stands behind the call, and every call of a
// tool is answered. The rules are OpenAI's.
import type { ChatMessage } from './chat-message.ts';
import { missing, type RequestProblem, shown } from './request-problem.ts';

/** Every tool call is answered before the next other message, and nothing answers a call that was not made. */
export function checkMessageOrder(messages: readonly ChatMessage[]): RequestProblem | undefined {
  // Made when the first call is met: most conversations have none.
  let made: Set<string> | undefined;
  let unansweredIds: Set<string> | undefined;
  let calling = -1;
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index] as ChatMessage;
    if (message.role === 'tool') {
      if (!made?.has(message.tool_call_id)) return orphan(index, 'tool', 'tool_calls');
      unansweredIds?.delete(message.tool_call_id);
      continue;
    }
    if (unansweredIds?.size) return unanswered(calling, unansweredIds);
    made = undefined;
    if (message.role === 'function' && !answersFunctionCall(messages[index - 1])) {
      return orphan(index, 'function', 'function_call');
    }
    if (message.role !== 'assistant') continue;
    if (message.tool_calls) {
      made = new Set(message.tool_calls.map((call) => call.id));
      unansweredIds = new Set(made);
      calling = index;
    } else if (saysNothing(message)) {
      return silent(index, message.content);
    }
  }
  return unansweredIds?.size ? unanswered(calling, unansweredIds) : undefined;
}

function answersFunctionCall(before: ChatMessage | undefined): boolean {
  return before?.role === 'assistant' && (before.function_call ?? undefined) !== undefined;
}

function saysNothing(message: Extract<ChatMessage, { role: 'assistant' }>): boolean {
  const says = message.content ?? message.refusal ?? message.function_call ?? message.audio;
  return says === null || says === undefined;
}

/** `content` may be absent only from an assistant message that says something else. */
function silent(index: number, content: unknown): RequestProblem {
  const param = `messages[${index}].content`;
  if (content === undefined) return missing(param);
  return {
    code: 'invalid_type',
    param,
    values: { expected: 'one of a string or array of objects', actual: 'null' },
  };
}

function orphan(index: number, role: string, calls: string): RequestProblem {
  return { code: 'orphan_message', param: `messages[${index}].role`, values: { role, calls } };
}

function unanswered(index: number, ids: ReadonlySet<string>): RequestProblem {
  const named = [...ids].slice(0, 8).map(shown);
  return {
    code: 'unanswered_tool_calls',
    param: `messages[${index}].tool_calls`,
    values: { ids: named.join(', ') },
  };
}
