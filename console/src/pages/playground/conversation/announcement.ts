// What a screen reader says when answers are over: how each of them ended, never that a failed one is complete.
import type { Answer } from '../stream/answer.ts';
import type { AssistantTurn, Session } from './session.ts';
import { pathOf } from './thread.ts';
import { statusWords } from './words.ts';

export function announcementOf({ lanes }: Session): string {
  const ends = lanes.flatMap(({ model, thread }) => {
    const turn = pathOf(thread).at(-1)?.turn;
    return turn?.role === 'assistant' ? [{ model, words: endOf(turn) }] : [];
  });
  return ends.map(({ model, words }) => (ends.length > 1 ? `${model}: ${words}` : words)).join(' ');
}

function endOf({ answer, results }: AssistantTurn): string {
  const { status, error } = answer;
  if (status === 'failed') return error ? `The answer failed: ${error.message}` : 'The answer failed.';
  if (status === 'stopped') return 'The answer was stopped.';
  return isWhole(answer) ? 'The answer is complete.' : `${statusWords(answer, openCalls(answer, results))}.`;
}

function isWhole({ finishReason, toolCalls }: Answer): boolean {
  return toolCalls.length === 0 && (finishReason === undefined || finishReason === 'stop');
}

function openCalls({ toolCalls }: Answer, results: AssistantTurn['results']): number {
  return toolCalls.filter((_, at) => results[at] === undefined).length;
}
