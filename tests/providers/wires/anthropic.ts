// Anthropic's Messages API, version 2023-06-01, as its reference describes its answers. CONTRACT section 5a.
import { event, type Json, whole } from '../../support/scripted-upstream.ts';
import { readRequest, sign } from './anthropic-request.ts';
import { halves, insist, type Said, type Wire } from './wire.ts';

/** `name`: Claude's, since what it takes depends on it. */
export function anthropicWire(name: string): Wire {
  return {
    provider: (origin) => ({ type: 'anthropic', base_url: `${origin}/v1` }),
    model: name,
    read({ body, path, headers }) {
      insist(path === '/v1/messages', `no such path: ${path}`);
      insist(headers['x-api-key'] && !headers.authorization, 'x-api-key header is required');
      insist(headers['anthropic-version'] === '2023-06-01', 'anthropic-version: header is required');
      return readRequest(body);
    },
    whole: ({ choices: [choice], usage }) =>
      whole({
        id: 'msg_01',
        type: 'message',
        role: 'assistant',
        model: name,
        content: blocksOf(choice as Said['choices'][number]),
        stop_reason: stopReasons[choice?.finish ?? 'stop'],
        stop_sequence: null,
        usage: usageOf(usage),
      }),
    streamType: 'text/event-stream; charset=utf-8',
    frames: ({ choices: [choice], usage }) => [
      named({
        type: 'message_start',
        message: {
          id: 'msg_01',
          type: 'message',
          role: 'assistant',
          model: name,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { ...usageOf(usage), output_tokens: 1 },
        },
      }),
      named({ type: 'ping' }),
      ...blocksOf(choice as Said['choices'][number]).flatMap(blockFrames),
      named({
        type: 'message_delta',
        delta: { stop_reason: stopReasons[choice?.finish ?? 'stop'], stop_sequence: null },
        usage: { output_tokens: usage.output, output_tokens_details: { thinking_tokens: usage.reasoning } },
      }),
      named({ type: 'message_stop' }),
    ],
    error: (status, message) =>
      whole({ type: 'error', error: { type: errorTypes[status], message }, request_id: 'req_1' }, status),
    overloadedFrame: named({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    garbageFrame: 'event: content_block_delta\ndata: {"type": oh no\n\n',
  };
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  503: 'overloaded_error',
};
const stopReasons = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' };
const named = (value: Json) => `event: ${value.type}\n${event(value)}`;

function blocksOf({ reasoning, tokens, calls }: Said['choices'][number]): Json[] {
  return [
    ...(reasoning ? [{ type: 'thinking', thinking: reasoning, signature: sign(reasoning) }] : []),
    ...(tokens.length > 0 ? [{ type: 'text', text: tokens.join(''), tokens }] : []),
    ...calls.map(({ id, name, input }) => ({
      type: 'tool_use',
      id: id.replace('call', 'toolu'),
      name,
      input,
    })),
  ].map(({ tokens: _, ...block }: Json) => block);
}

function blockFrames(block: Json, index: number): string[] {
  const framed = (start: Json, ...deltas: Json[]) => [
    named({ type: 'content_block_start', index, content_block: start }),
    ...deltas.map((delta) => named({ type: 'content_block_delta', index, delta })),
    named({ type: 'content_block_stop', index }),
  ];
  switch (block.type) {
    case 'thinking':
      return framed(
        { type: 'thinking', thinking: '', signature: '' },
        ...halves(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: block.signature },
      );
    case 'tool_use': {
      const input = JSON.stringify(block.input);
      return framed(
        { ...block, input: {} },
        { type: 'input_json_delta', partial_json: '' },
        ...(input === '{}' ? [] : halves(input)).map((text) => ({
          type: 'input_json_delta',
          partial_json: text,
        })),
      );
    }
    default:
      return framed(
        { type: 'text', text: '' },
        ...(block.text.match(/\S+\s*/gu) ?? []).map((text: string) => ({ type: 'text_delta', text })),
      );
  }
}

function usageOf({ input, cached, output, reasoning }: Said['usage']): Json {
  return {
    input_tokens: input - cached,
    cache_read_input_tokens: cached,
    cache_creation_input_tokens: 0,
    output_tokens: output,
    output_tokens_details: { thinking_tokens: reasoning },
  };
}
