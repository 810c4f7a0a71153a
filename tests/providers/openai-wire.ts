// Answers of OpenAI's Responses API as its reference documents them, for a scripted upstream to play.
import { event, type Json, type Script, type Step, stream, whole } from '../support/scripted-upstream.ts';

export const usage = {
  input_tokens: 120,
  input_tokens_details: { cached_tokens: 100, cache_write_tokens: 8 },
  output_tokens: 42,
  output_tokens_details: { reasoning_tokens: 30 },
  total_tokens: 162,
};

export const message = (text: string, members: Json = {}): Json => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [], logprobs: [], ...members }],
});
export const refused = (refusal: string): Json => ({
  ...message(''),
  content: [{ type: 'refusal', refusal }],
});
export const reasoning = (id: string, ...summary: string[]): Json => ({
  type: 'reasoning',
  id,
  summary: summary.map((text) => ({ type: 'summary_text', text })),
  encrypted_content: `encrypted-${id}`,
});
export const call = (id: string, name: string, input: string): Json => ({
  type: 'function_call',
  id: `fc_${id}`,
  call_id: id,
  name,
  arguments: input,
  status: 'completed',
});

export function responseOf(output: Json[], members: Json = {}): Json {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1_755_133_833,
    status: 'completed',
    error: null,
    incomplete_details: null,
    model: 'gpt-5.1-2025-11-13',
    output,
    service_tier: 'default',
    usage,
    ...members,
  };
}

export function response(output: Json[], members: Json = {}): Script {
  return whole(responseOf(output, members));
}

export const named = (type: string, members: Json = {}): string =>
  `event: ${type}\n${event({ type, sequence_number: 1, ...members })}`;

/** The steps of a stream that writes these items, each text in two deltas; `members` are those of the response at its end. */
export function responseSteps(output: Json[], members: Json = {}): Step[] {
  const ending = responseOf(output, members);
  return [
    named('response.created', { response: { ...ending, status: 'in_progress', output: [], usage: null } }),
    named('response.in_progress', {
      response: { ...ending, status: 'in_progress', output: [], usage: null },
    }),
    ...output.flatMap((item, index) => itemSteps(item, index)),
    named(`response.${ending.status}`, { response: ending }),
  ];
}

export function responseStream(output: Json[], members: Json = {}): Script {
  return stream(responseSteps(output, members));
}

function itemSteps(item: Json, output_index: number): Step[] {
  const said = (type: string, members: Json = {}) =>
    named(`response.${type}`, { output_index, item_id: item.id, ...members });
  const added = (empty: Json) => said('output_item.added', { item: { ...item, ...empty } });
  const done = said('output_item.done', { item });
  switch (item.type) {
    case 'message':
      return [
        added({ content: [], status: 'in_progress' }),
        ...item.content.flatMap((part: Json, content_index: number) => [
          said('content_part.added', { content_index, part: { ...part, text: '' } }),
          ...(part.type === 'refusal'
            ? halves(part.refusal).map((delta) => said('refusal.delta', { content_index, delta }))
            : halves(part.text).map((delta) => said('output_text.delta', { content_index, delta }))),
          ...(part.annotations ?? []).map((annotation: Json, annotation_index: number) =>
            said('output_text.annotation.added', { content_index, annotation_index, annotation }),
          ),
          part.type === 'refusal'
            ? said('refusal.done', { content_index, refusal: part.refusal })
            : said('output_text.done', { content_index, text: part.text }),
          said('content_part.done', { content_index, part }),
        ]),
        done,
      ];
    case 'reasoning':
      return [
        added({ summary: [], encrypted_content: null }),
        ...item.summary.flatMap((part: Json, summary_index: number) => [
          said('reasoning_summary_part.added', { summary_index, part: { ...part, text: '' } }),
          ...halves(part.text).map((delta) => said('reasoning_summary_text.delta', { summary_index, delta })),
          said('reasoning_summary_text.done', { summary_index, text: part.text }),
          said('reasoning_summary_part.done', { summary_index, part }),
        ]),
        done,
      ];
    case 'function_call':
      return [
        added({ arguments: '', status: 'in_progress' }),
        ...halves(item.arguments).map((delta) => said('function_call_arguments.delta', { delta })),
        said('function_call_arguments.done', { arguments: item.arguments }),
        done,
      ];
    default:
      return [added({}), said(`${item.type}.in_progress`), done];
  }
}

function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((half) => half !== '');
}
