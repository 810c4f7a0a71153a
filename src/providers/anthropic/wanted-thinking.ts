// What a request wants of Claude's thinking, as far as the turns before it have no say in that: a forced call, or a cap without
// room, leaves none.
import type { ChatCall } from '../../core/ports.ts';
import { chosenTool } from '../dialect/tools.ts';
import { outputCapOf } from '../openai-compatible/to-request.ts';
import { claudeModel } from './models.ts';
import { type Thinking, thinkingOf } from './thinking.ts';

/** Thinking and a forced call exclude each other: the call is what the client insists on. */
export function wantedThinking(call: ChatCall): Thinking {
  if (answersByTool(call) || isForced(call)) return {};
  return thinkingOf(call.request, claudeModel(call.target.model), capOf(call));
}

/** Tokens of thoughts and answer together; the field is required. */
export function capOf(call: ChatCall): number {
  return outputCapOf(call) ?? claudeModel(call.target.model).maxTokens;
}

/** Whether the answer is asked for as the input of a tool, because the model takes no schema for it. */
export function answersByTool({ request, target }: ChatCall): boolean {
  return request.response_format?.type === 'json_schema' && !claudeModel(target.model).jsonSchema;
}

export function isThinking(thinking: Thinking): boolean {
  return 'thinking' in thinking && thinking.thinking.type !== 'disabled';
}

/** A model that thinks by a budget refuses a tool loop without the thoughts it began with. */
export function needsThoughts(thinking: Thinking): boolean {
  return 'thinking' in thinking && thinking.thinking.type === 'enabled';
}

function isForced({ request }: ChatCall): boolean {
  const choice = chosenTool(request);
  return choice === 'required' || typeof choice === 'object';
}
