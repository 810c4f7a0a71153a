// Stream events -> chat completion chunks, in the order of CONTRACT section 3: the role once, then reasoning, text and
// calls as they come, one finish for each choice. Usage is not written here: the relay puts it last.
import { TollgateError } from '../../core/errors.ts';
import type { FinishReason, StreamEvent } from '../../core/stream-event.ts';
import type { AnswerHead } from './answer-head.ts';

export interface ChunkWriter {
  /**
   * The chunks that say these events, each one line of JSON, and what was written in them. Throws TollgateError where a choice
   * goes on behind its end: its client would miss that text.
   */
  write(events: readonly StreamEvent[]): { readonly chunks: string[]; readonly text: string };
  /** Whether every choice that began has its finish reason. */
  complete(): boolean;
}

interface Choice {
  finished: boolean;
  calls: number;
}

/** `includeUsage`: the client asked for usage, so every chunk before the last carries `null`. */
export function createChunkWriter(head: AnswerHead, includeUsage: boolean): ChunkWriter {
  const choices: Choice[] = [];
  const { alias, functionCall } = head.form;
  let tier: string | undefined;

  function write(index: number, delta: object, finish: string | null = null): string {
    return JSON.stringify({
      id: head.id,
      object: 'chat.completion.chunk',
      created: head.created,
      model: head.model,
      ...(tier === undefined ? {} : { service_tier: tier }),
      system_fingerprint: null,
      choices: [{ index, delta, logprobs: null, finish_reason: finish }],
      ...(includeUsage ? { usage: null } : {}),
    });
  }

  /** Choice 0 begins first, whichever the upstream begins with. */
  function begin(index: number, chunks: string[]): Choice {
    while (choices.length <= index) {
      chunks.push(write(choices.length, { role: 'assistant', content: '', refusal: null }));
      choices.push({ finished: false, calls: 0 });
    }
    return choices[index] as Choice;
  }

  function calling(index: number, call: number, members: object, fn: object): string | undefined {
    if (!functionCall) return write(index, { tool_calls: [{ index: call, ...members, function: fn }] });
    // The deprecated form has room for one call.
    return call === 0 ? write(index, { function_call: fn }) : undefined;
  }

  function chunkOf(event: StreamEvent, index: number, choice: Choice): string | undefined {
    switch (event.type) {
      case 'text-delta':
        return write(index, { content: event.text });
      case 'refusal-delta':
        return write(index, { refusal: event.text });
      case 'reasoning-delta':
        return write(index, {
          reasoning_content: event.text,
          ...(alias ? { reasoning: event.text } : {}),
        });
      case 'reasoning-detail':
        return write(index, { reasoning_details: [event.detail] });
      case 'annotation':
        return write(index, { annotations: [event.annotation] });
      case 'tool-input-start': {
        choice.calls++;
        const { id = head.newCallId(), name, extra } = event;
        const members = { id, type: 'function', ...(extra ? { extra_content: extra } : {}) };
        return calling(index, event.call, members, { name, arguments: '' });
      }
      case 'tool-input-delta':
        return calling(index, event.call, {}, { arguments: event.text });
      case 'finish':
        choice.finished = true;
        return write(index, {}, finishReason(event.reason, choice.calls > 0, functionCall));
      case 'usage':
      case 'service-tier':
        return undefined;
    }
  }

  return {
    write(events) {
      const chunks: string[] = [];
      let text = '';
      for (const event of events) {
        if (event.type === 'service-tier') tier = event.tier;
        if (event.type === 'usage' || event.type === 'service-tier') continue;
        const index = event.choice ?? 0;
        const choice = begin(index, chunks);
        if (choice.finished) {
          if ('text' in event && event.text.trim() !== '') throw goesOn();
          continue;
        }
        const chunk = chunkOf(event, index, choice);
        if (chunk) chunks.push(chunk);
        if ('text' in event) text += event.text;
      }
      return { chunks, text };
    },
    complete: () => choices.length > 0 && choices.every((choice) => choice.finished),
  };
}

function goesOn(): TollgateError {
  return new TollgateError('upstream_error', { values: { reason: 'its stream goes on behind its end' } });
}

/** A turn with calls ends for them, whatever its provider says, and one without never does: agents loop by this. */
export function finishReason(reason: FinishReason, calls: boolean, functionCall: boolean): string {
  if (reason === 'stop' || reason === 'tool_calls') {
    if (!calls) return 'stop';
    return functionCall ? 'function_call' : 'tool_calls';
  }
  return reason;
}
