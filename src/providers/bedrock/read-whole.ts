// A whole answer of Converse -> events. Source: Amazon Bedrock API Reference, "Converse", "Response Syntax", 2026-11-22.
import { TollgateError } from '../../core/errors.ts';
import type { ChatCall } from '../../core/ports.ts';
import type { StreamEvent } from '../../core/stream-event.ts';
import { mapFinishReason } from './map-finish-reason.ts';
import { encryptedDetail, type Surroundings, signedDetail, surroundingsOf, textOf } from './read-content.ts';
import { answerTool } from './to-tools.ts';

interface Block {
  readonly text?: unknown;
  readonly reasoningContent?: {
    readonly reasoningText?: { readonly text?: unknown; readonly signature?: unknown };
    readonly redactedContent?: unknown;
  };
  readonly toolUse?: { readonly toolUseId?: unknown; readonly name?: unknown; readonly input?: unknown };
}

export function readWhole(body: unknown, _newCallId: () => string, call: ChatCall): StreamEvent[] {
  const answer = body as
    | (Surroundings & {
        readonly output?: { readonly message?: { readonly content?: unknown } };
        readonly stopReason?: unknown;
      })
    | null;
  const content = answer?.output?.message?.content;
  if (!answer || !Array.isArray(content)) {
    throw new TollgateError('upstream_error', { values: { reason: 'its answer has no content' } });
  }
  const events: StreamEvent[] = [];
  let calls = 0;
  for (const [index, block] of (content as (Block | null)[]).entries()) {
    events.push(...eventsOf(block ?? {}, index, call, () => calls++));
  }
  events.push({ type: 'finish', reason: mapFinishReason(answer.stopReason) });
  return [...events, ...surroundingsOf(answer)];
}

function eventsOf(
  { text, reasoningContent: thoughts, toolUse }: Block,
  index: number,
  call: ChatCall,
  nextCall: () => number,
): StreamEvent[] {
  if (toolUse) {
    const input = JSON.stringify(toolUse.input ?? {});
    if (toolUse.name === answerTool) return [{ type: 'text-delta', text: input }];
    const number = nextCall();
    return [
      {
        type: 'tool-input-start',
        call: number,
        id: textOf(toolUse.toolUseId),
        name: textOf(toolUse.name),
      },
      { type: 'tool-input-delta', call: number, text: input },
    ];
  }
  if (typeof thoughts?.redactedContent === 'string') {
    return [encryptedDetail(index, thoughts.redactedContent)];
  }
  if (thoughts?.reasoningText) {
    const said = textOf(thoughts.reasoningText.text);
    return [
      { type: 'reasoning-delta', text: said },
      ...signedDetail(call, index, said, textOf(thoughts.reasoningText.signature)),
    ];
  }
  // Citations, and what is not known yet, say nothing to a chat client.
  return typeof text === 'string' ? [{ type: 'text-delta', text }] : [];
}
