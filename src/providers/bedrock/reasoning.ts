// `reasoning_effort` -> how models at Bedrock are asked to think: what the Converse API has no word for goes to the model in
// fields of its own. Sources: models.ts.
import type { ChatCall } from '../../core/ports.ts';
import { claudeModel } from '../anthropic/models.ts';
import {
  answersByTool,
  capOf,
  isThinking,
  needsThoughts,
  wantedThinking,
} from '../anthropic/wanted-thinking.ts';
import { outputCapOf } from '../openai-compatible/to-request.ts';
import { claudeCall, familyOf } from './models.ts';

export interface Reasoning {
  readonly thinks: boolean;
  /** A tool loop has to bring the thoughts it began with. */
  readonly needsThoughts: boolean;
  /** For `additionalModelRequestFields`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** A cap that has to be said, because it must be above the budget of thoughts. */
  readonly maxTokens?: number;
  /** For `outputConfig`. */
  readonly effort?: string | undefined;
  /** Which sampling parameters are taken beside it: Claude takes one of the two at most. */
  readonly sampling: 'both' | 'one' | 'none';
}

/** Efforts of models that have three of them. */
const three = { minimal: 'low', low: 'low', medium: 'medium', high: 'high', xhigh: 'high', max: 'high' };

export function reasoningOf(call: ChatCall): Reasoning {
  const claude = claudeCall(call);
  if (claude) return ofClaude(claude);
  const none = { thinks: false, needsThoughts: false, fields: {}, sampling: 'both' } as const;
  const { request, target } = call;
  const wanted = request.reasoning_effort ?? (request.model.endsWith('-thinking') ? 'medium' : 'none');
  if (wanted === 'none') return none;
  const effort = three[wanted];
  switch (familyOf(target.model)) {
    case 'gpt':
      return { ...none, thinks: true, fields: { reasoning_effort: effort } };
    case 'nova-2': {
      // Its highest effort takes neither a cap nor sampling parameters.
      const capped = effort === 'high' && outputCapOf(call) !== undefined ? 'medium' : effort;
      const sampling = capped === 'high' ? 'none' : 'both';
      const config = { type: 'enabled', maxReasoningEffort: capped };
      return { ...none, thinks: true, fields: { reasoningConfig: config }, sampling };
    }
    default:
      return none;
  }
}

/** Off is not said but left out: there are models that refuse to be told. */
function ofClaude(claude: ChatCall): Reasoning {
  const { sampling } = claudeModel(claude.target.model);
  const wanted = wantedThinking(claude);
  const thinks = isThinking(wanted);
  return {
    thinks,
    needsThoughts: needsThoughts(wanted),
    fields: thinks && 'thinking' in wanted ? { thinking: wanted.thinking } : {},
    ...(needsThoughts(wanted) ? { maxTokens: capOf(claude) } : {}),
    effort: thinks ? wanted.effort : undefined,
    sampling: sampling && !thinks ? 'one' : 'none',
  };
}

/** The same request without thinking, for a loop whose thoughts are lost. */
export function withoutThinking(call: ChatCall): Reasoning {
  const claude = claudeCall(call);
  const sampling = claude && claudeModel(claude.target.model).sampling ? 'one' : 'none';
  return { thinks: false, needsThoughts: false, fields: {}, sampling };
}

/** Whether the answer is asked for as the input of a tool that must be called. */
export function answersAsTool(call: ChatCall): boolean {
  const claude = claudeCall(call);
  if (claude) return answersByTool(claude);
  const { type } = call.request.response_format ?? {};
  return type === 'json_schema' && familyOf(call.target.model).startsWith('nova');
}
