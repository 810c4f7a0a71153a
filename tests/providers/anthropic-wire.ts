// Answers of Anthropic's Messages API as its reference documents them, for a scripted upstream to play.
import { event, type Json, type Script, type Step, stream, whole } from '../support/scripted-upstream.ts';

export const usage = {
  input_tokens: 20,
  cache_read_input_tokens: 100,
  cache_creation_input_tokens: 30,
  output_tokens: 12,
};

/** A whole message with these content blocks. */
export function message(content: Json[], members: Json = {}): Script {
  return whole({
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-6',
    content,
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage,
    ...members,
  });
}

const named = (value: Json) => `event: ${value.type}\n${event(value)}`;

/** A stream of these content blocks, each in two deltas where it has something to say. */
export function messageSteps(blocks: Json[], stopReason = 'end_turn', outputTokens = 12): Step[] {
  return [
    named({
      type: 'message_start',
      message: {
        id: 'msg_01',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-6',
        content: [],
        stop_reason: null,
        usage: { ...usage, output_tokens: 1 },
      },
    }),
    named({ type: 'ping' }),
    ...blocks.flatMap((block, index) => blockSteps(block, index)),
    named({
      type: 'message_delta',
      delta: { stop_reason: stopReason, stop_sequence: null },
      usage: { output_tokens: outputTokens },
    }),
    named({ type: 'message_stop' }),
  ];
}

export function messageStream(blocks: Json[], stopReason?: string): Script {
  return stream(messageSteps(blocks, stopReason));
}

function blockSteps(block: Json, index: number): Step[] {
  const delta = (value: Json) => named({ type: 'content_block_delta', index, delta: value });
  const start = (value: Json) => named({ type: 'content_block_start', index, content_block: value });
  const stop = named({ type: 'content_block_stop', index });
  switch (block.type) {
    case 'text':
      return [
        start({ type: 'text', text: '' }),
        ...halves(block.text).map((text) => delta({ type: 'text_delta', text })),
        stop,
      ];
    case 'thinking':
      return [
        start({ type: 'thinking', thinking: '', signature: '' }),
        ...halves(block.thinking).map((thinking) => delta({ type: 'thinking_delta', thinking })),
        delta({ type: 'signature_delta', signature: block.signature }),
        stop,
      ];
    case 'tool_use':
      return [
        start({ ...block, input: {} }),
        delta({ type: 'input_json_delta', partial_json: '' }),
        ...(Object.keys(block.input).length === 0 ? [] : halves(JSON.stringify(block.input))).map((text) =>
          delta({ type: 'input_json_delta', partial_json: text }),
        ),
        stop,
      ];
    default:
      return [start(block), stop];
  }
}

function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}
