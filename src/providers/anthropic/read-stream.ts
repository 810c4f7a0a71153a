// The events of a stream of Claude -> the gateway's. CONTRACT section 5a, "Stream". Unknown events are passed over, as
// Anthropic asks of its clients.
import type { StreamEvent } from '../../core/stream-event.ts';
import type { DialectReader } from '../dialect/adapter.ts';
import { mapErrorEvent } from './map-error.ts';
import { mapFinishReason } from './map-finish-reason.ts';
import { mapUsage, type WireUsage } from './map-usage.ts';
import { detailFormat } from './to-messages.ts';
import { answerTool } from './to-request.ts';

interface Event {
  readonly type?: unknown;
  readonly index?: unknown;
  readonly message?: { readonly usage?: WireUsage };
  readonly content_block?: Readonly<Record<string, unknown>>;
  readonly delta?: Readonly<Record<string, unknown>>;
  readonly usage?: WireUsage;
  readonly error?: unknown;
}

/** A content block that has begun. */
type Block =
  | { readonly kind: 'text' | 'other' }
  | { readonly kind: 'thinking'; text: string; signature: string }
  | { readonly kind: 'call'; readonly call: number; input: string }
  /** The answer itself, asked for as a tool. */
  | { readonly kind: 'answer'; input: string };

export function createReader(): DialectReader {
  const blocks = new Map<unknown, Block>();
  let usage: WireUsage = {};
  let calls = 0;
  let done = false;

  function begin(event: Event): StreamEvent[] {
    const given = event.content_block ?? {};
    switch (given.type) {
      case 'text':
        blocks.set(event.index, { kind: 'text' });
        return textOf(given.text);
      case 'thinking':
        blocks.set(event.index, { kind: 'thinking', text: '', signature: '' });
        return [];
      case 'redacted_thinking':
        blocks.set(event.index, { kind: 'other' });
        return [
          {
            type: 'reasoning-detail',
            detail: {
              type: 'reasoning.encrypted',
              format: detailFormat,
              index: Number(event.index),
              data: String(given.data),
            },
          },
        ];
      case 'tool_use': {
        if (given.name === answerTool) {
          blocks.set(event.index, { kind: 'answer', input: '' });
          return [];
        }
        // Counted among the calls: other blocks have numbers, too.
        const call = calls++;
        blocks.set(event.index, { kind: 'call', call, input: '' });
        return [{ type: 'tool-input-start', call, id: String(given.id), name: String(given.name) }];
      }
      default:
        blocks.set(event.index, { kind: 'other' });
        return [];
    }
  }

  function continued({ index, delta = {} }: Event): StreamEvent[] {
    const block = blocks.get(index);
    switch (delta.type) {
      case 'text_delta':
        return textOf(delta.text);
      case 'thinking_delta':
        if (block?.kind === 'thinking') block.text += String(delta.thinking ?? '');
        return delta.thinking ? [{ type: 'reasoning-delta', text: String(delta.thinking) }] : [];
      case 'signature_delta':
        if (block?.kind === 'thinking') block.signature += String(delta.signature ?? '');
        return [];
      case 'input_json_delta': {
        const text = String(delta.partial_json ?? '');
        if (text === '' || (block?.kind !== 'call' && block?.kind !== 'answer')) return [];
        block.input += text;
        return block.kind === 'call'
          ? [{ type: 'tool-input-delta', call: block.call, text }]
          : [{ type: 'text-delta', text }];
      }
      default:
        return [];
    }
  }

  function ended({ index }: Event): StreamEvent[] {
    const block = blocks.get(index);
    blocks.delete(index);
    // No arguments are an empty object, not nothing.
    if (block?.kind === 'call' && block.input === '') {
      return [{ type: 'tool-input-delta', call: block.call, text: '{}' }];
    }
    if (block?.kind !== 'thinking' || block.signature === '') return [];
    const { text, signature } = block;
    const detail = { type: 'reasoning.text', format: detailFormat, index: Number(index) } as const;
    return [{ type: 'reasoning-detail', detail: { ...detail, text, signature } }];
  }

  function counted(more: WireUsage | undefined): StreamEvent[] {
    if (!more) return [];
    const known = Object.entries(more).filter(([, value]) => value !== null && value !== undefined);
    usage = { ...usage, ...Object.fromEntries(known) };
    const mapped = mapUsage(usage);
    return mapped ? [{ type: 'usage', usage: mapped }] : [];
  }

  return {
    read(data) {
      const event = (data ?? {}) as Event;
      switch (event.type) {
        case 'message_start':
          return counted(event.message?.usage);
        case 'content_block_start':
          return begin(event);
        case 'content_block_delta':
          return continued(event);
        case 'content_block_stop':
          return ended(event);
        case 'message_delta': {
          const reason = event.delta?.stop_reason;
          const finish: StreamEvent[] = reason ? [{ type: 'finish', reason: mapFinishReason(reason) }] : [];
          return [...finish, ...counted(event.usage)];
        }
        case 'message_stop':
          done = true;
          return [];
        case 'error':
          throw mapErrorEvent(event.error);
        default:
          return [];
      }
    },
    done: () => done,
  };
}

function textOf(text: unknown): StreamEvent[] {
  return typeof text === 'string' && text !== '' ? [{ type: 'text-delta', text }] : [];
}
