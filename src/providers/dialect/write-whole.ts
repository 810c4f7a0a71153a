// The events of a whole answer -> one chat completion. CONTRACT section 2.
import { TollgateError } from '../../core/errors.ts';
import type { WholeAnswer } from '../../core/ports.ts';
import type { StreamEvent } from '../../core/stream-event.ts';
import type { Usage } from '../../core/usage.ts';
import { toWireUsage } from '../openai-compatible/map-usage.ts';
import type { AnswerHead } from './answer-head.ts';
import { finishReason } from './write-chunks.ts';

interface Call {
  readonly id: string;
  readonly name: string;
  readonly extra: Readonly<Record<string, unknown>> | undefined;
  input: string;
}

interface Choice {
  content: string;
  reasoning: string;
  refusal: string;
  finish: string | undefined;
  readonly details: unknown[];
  readonly annotations: unknown[];
  readonly calls: Call[];
}

/** Throws `upstream_error` when a choice, or every one, is missing its end. */
export function writeWhole(events: readonly StreamEvent[], head: AnswerHead): WholeAnswer {
  const choices: Choice[] = [];
  let usage: Usage | undefined;
  let tier: string | undefined;
  let text = '';
  for (const event of events) {
    if (event.type === 'usage') {
      usage = event.usage;
      continue;
    }
    if (event.type === 'service-tier') {
      tier = event.tier;
      continue;
    }
    const index = event.choice ?? 0;
    while (choices.length <= index) choices.push(emptyChoice());
    add(event, choices[index] as Choice, head);
    if ('text' in event) text += event.text;
  }
  if (choices.length === 0 || choices.some((choice) => choice.finish === undefined)) {
    throw new TollgateError('upstream_error', { values: { reason: 'its answer is not complete' } });
  }
  const json = JSON.stringify({
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    ...(tier === undefined ? {} : { service_tier: tier }),
    system_fingerprint: null,
    choices: choices.map((choice, index) => ({
      index,
      message: messageOf(choice, head),
      logprobs: null,
      finish_reason: choice.finish,
    })),
    ...(usage ? { usage: toWireUsage(usage) } : {}),
  });
  return { json, usage, text };
}

function add(
  event: Exclude<StreamEvent, { type: 'usage' | 'service-tier' }>,
  choice: Choice,
  head: AnswerHead,
): void {
  switch (event.type) {
    case 'text-delta':
      choice.content += event.text;
      return;
    case 'reasoning-delta':
      choice.reasoning += event.text;
      return;
    case 'refusal-delta':
      choice.refusal += event.text;
      return;
    case 'reasoning-detail':
      choice.details.push(event.detail);
      return;
    case 'annotation':
      choice.annotations.push(event.annotation);
      return;
    case 'tool-input-start':
      choice.calls.push({
        id: event.id ?? head.newCallId(),
        name: event.name,
        extra: event.extra,
        input: '',
      });
      return;
    case 'tool-input-delta': {
      const call = choice.calls[event.call];
      if (call) call.input += event.text;
      return;
    }
    case 'finish':
      choice.finish = finishReason(event.reason, choice.calls.length > 0, head.form.functionCall);
  }
}

function messageOf(choice: Choice, { form }: AnswerHead): object {
  const { content, reasoning, refusal, details, annotations } = choice;
  const calls = choice.calls.map(({ id, name, extra, input }) => ({
    id,
    type: 'function',
    function: { name, arguments: input === '' ? '{}' : input },
    ...(extra ? { extra_content: extra } : {}),
  }));
  return {
    role: 'assistant',
    content: content === '' && (calls.length > 0 || refusal !== '') ? null : content,
    refusal: refusal === '' ? null : refusal,
    annotations,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(reasoning !== '' && form.alias ? { reasoning } : {}),
    ...(details.length > 0 ? { reasoning_details: details } : {}),
    ...(calls.length === 0
      ? {}
      : form.functionCall
        ? { function_call: calls[0]?.function }
        : { tool_calls: calls }),
  };
}

function emptyChoice(): Choice {
  return {
    content: '',
    reasoning: '',
    refusal: '',
    finish: undefined,
    details: [],
    annotations: [],
    calls: [],
  };
}
