// The events of ConverseStream -> the gateway's. Each is one member of its output union. Source: Amazon Bedrock API Reference,
// "ConverseStream", 2026-11-22. Unknown ones are passed over, as unions that grow ask of their readers.
import type { ChatCall } from '../../core/ports.ts';
import type { StreamEvent } from '../../core/stream-event.ts';
import type { DialectReader } from '../dialect/adapter.ts';
import { mapErrorEvent } from './map-error.ts';
import { mapFinishReason } from './map-finish-reason.ts';
import { encryptedDetail, type Surroundings, signedDetail, surroundingsOf, textOf } from './read-content.ts';
import { answerTool } from './to-tools.ts';

type Members = Readonly<Record<string, unknown>>;

interface Start {
  readonly contentBlockIndex?: unknown;
  readonly start?: { readonly toolUse?: Members };
}

interface Delta {
  readonly contentBlockIndex?: unknown;
  readonly delta?: {
    readonly text?: unknown;
    readonly toolUse?: Members;
    readonly reasoningContent?: Members;
  };
}

/** A content block that has begun; texts begin without a word. */
type Block =
  | { readonly kind: 'thoughts'; text: string; signature: string; readonly encrypted: Buffer[] }
  | { readonly kind: 'call'; readonly call: number; input: string }
  /** The answer itself, asked for as a tool. */
  | { readonly kind: 'answer' };

export function createReader(_newCallId: () => string, call: ChatCall): DialectReader {
  const blocks = new Map<unknown, Block>();
  let calls = 0;
  let done = false;

  function begin({ contentBlockIndex: index, start }: Start): StreamEvent[] {
    const given = start?.toolUse;
    if (!given) return [];
    if (given.name === answerTool) {
      blocks.set(index, { kind: 'answer' });
      return [];
    }
    // Counted among the calls: other blocks have numbers, too.
    const number = calls++;
    blocks.set(index, { kind: 'call', call: number, input: '' });
    return [
      { type: 'tool-input-start', call: number, id: String(given.toolUseId), name: String(given.name) },
    ];
  }

  function continued({ contentBlockIndex: index, delta = {} }: Delta): StreamEvent[] {
    if (delta.reasoningContent) return thought(index, delta.reasoningContent);
    if (delta.toolUse) return input(blocks.get(index), textOf(delta.toolUse.input));
    const text = textOf(delta.text);
    return text === '' ? [] : [{ type: 'text-delta', text }];
  }

  function input(block: Block | undefined, text: string): StreamEvent[] {
    if (text === '') return [];
    if (block?.kind === 'answer') return [{ type: 'text-delta', text }];
    if (block?.kind !== 'call') return [];
    block.input += text;
    return [{ type: 'tool-input-delta', call: block.call, text }];
  }

  function thought(index: unknown, given: Members): StreamEvent[] {
    let block = blocks.get(index);
    if (block?.kind !== 'thoughts') {
      block = { kind: 'thoughts', text: '', signature: '', encrypted: [] };
      blocks.set(index, block);
    }
    const text = textOf(given.text);
    block.text += text;
    block.signature += textOf(given.signature);
    if (typeof given.redactedContent === 'string') {
      block.encrypted.push(Buffer.from(given.redactedContent, 'base64'));
    }
    return text === '' ? [] : [{ type: 'reasoning-delta', text }];
  }

  function ended({ contentBlockIndex: index }: Start): readonly StreamEvent[] {
    const block = blocks.get(index);
    blocks.delete(index);
    // No arguments are an empty object, not nothing.
    if (block?.kind === 'call' && block.input === '') {
      return [{ type: 'tool-input-delta', call: block.call, text: '{}' }];
    }
    if (block?.kind !== 'thoughts') return [];
    if (block.encrypted.length > 0) {
      return [encryptedDetail(Number(index), Buffer.concat(block.encrypted).toString('base64'))];
    }
    return signedDetail(call, Number(index), block.text, block.signature);
  }

  function read(name: string, value: unknown): readonly StreamEvent[] {
    const event = (value ?? {}) as Start & Delta & Surroundings & { readonly stopReason?: unknown };
    switch (name) {
      case 'contentBlockStart':
        return begin(event);
      case 'contentBlockDelta':
        return continued(event);
      case 'contentBlockStop':
        return ended(event);
      case 'messageStop':
        return [{ type: 'finish', reason: mapFinishReason(event.stopReason) }];
      case 'metadata':
        // Comes last, behind the end of the message.
        done = true;
        return surroundingsOf(event);
      default:
        if (name === 'error' || name.endsWith('Exception')) throw mapErrorEvent(name, value);
        return [];
    }
  }

  return {
    read: (data) => Object.entries((data ?? {}) as object).flatMap(([name, value]) => read(name, value)),
    done: () => done,
  };
}
