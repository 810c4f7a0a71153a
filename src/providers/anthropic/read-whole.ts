// A whole message of Claude -> events. CONTRACT section 5a, "Response".
import { TollgateError } from '../../core/errors.ts';
import type { StreamEvent } from '../../core/stream-event.ts';
import { mapErrorEvent } from './map-error.ts';
import { mapFinishReason } from './map-finish-reason.ts';
import { mapUsage, type WireUsage } from './map-usage.ts';
import { detailFormat } from './to-messages.ts';
import { answerTool } from './to-request.ts';

interface Block {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly thinking?: unknown;
  readonly signature?: unknown;
  readonly data?: unknown;
  readonly id?: unknown;
  readonly name?: unknown;
  readonly input?: unknown;
}

export function readWhole(body: unknown): StreamEvent[] {
  const answer = body as {
    readonly type?: unknown;
    readonly content?: unknown;
    readonly stop_reason?: unknown;
    readonly usage?: WireUsage;
    readonly error?: unknown;
  } | null;
  if (answer?.type === 'error') throw mapErrorEvent(answer.error);
  if (!Array.isArray(answer?.content)) {
    throw new TollgateError('upstream_error', { values: { reason: 'its answer has no content' } });
  }
  const events: StreamEvent[] = [];
  let calls = 0;
  for (const [index, block] of (answer.content as (Block | null)[]).entries()) {
    events.push(...eventsOf(block ?? {}, index, () => calls++));
  }
  events.push({ type: 'finish', reason: mapFinishReason(answer.stop_reason) });
  const usage = mapUsage(answer.usage ?? {});
  if (usage) events.push({ type: 'usage', usage });
  return events;
}

function eventsOf(block: Block, index: number, nextCall: () => number): StreamEvent[] {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  switch (block.type) {
    case 'text':
      return [{ type: 'text-delta', text: text(block.text) }];
    case 'thinking': {
      const detail = { type: 'reasoning.text', format: detailFormat, index } as const;
      return [
        { type: 'reasoning-delta', text: text(block.thinking) },
        {
          type: 'reasoning-detail',
          detail: { ...detail, text: text(block.thinking), signature: text(block.signature) },
        },
      ];
    }
    case 'redacted_thinking':
      return [
        {
          type: 'reasoning-detail',
          detail: { type: 'reasoning.encrypted', format: detailFormat, index, data: text(block.data) },
        },
      ];
    case 'tool_use': {
      const input = JSON.stringify(block.input ?? {});
      if (block.name === answerTool) return [{ type: 'text-delta', text: input }];
      const call = nextCall();
      return [
        { type: 'tool-input-start', call, id: text(block.id), name: text(block.name) },
        { type: 'tool-input-delta', call, text: input },
      ];
    }
    default:
      // Results of the provider's own tools, and what is not known yet, say nothing to a chat client.
      return [];
  }
}
