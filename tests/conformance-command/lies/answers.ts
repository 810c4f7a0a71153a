// Lies about whole answers.
import type { Lie } from '../lying-proxy.ts';
import { answer, choice, head, header, message, put, refuses } from './telling.ts';

export const answerLies: Readonly<Record<string, readonly Lie[]>> = {
  'answer.json': [header('content-type', 'text/html'), head(() => ({ body: 'Hello.' })), refuses(503)],
  'answer.envelope': [
    answer((body) => void delete body.id),
    answer((body) => ({ ...body, object: 'text_completion' })),
    answer((body) => ({ ...body, model: '' })),
    answer((body) => ({ ...body, choices: [] })),
  ],
  'answer.created': [
    answer((body) => ({ ...body, created: Date.now() })),
    answer((body) => ({ ...body, created: String(body.created) })),
    answer((body) => ({ ...body, created: body.created + 0.5 })),
  ],
  'answer.model-echo': [answer((body) => ({ ...body, model: 'gpt-5.1-2025-11-13' }))],
  'answer.fingerprint': [answer((body) => ({ ...body, system_fingerprint: '' }))],
  'answer.choice': [
    choice((first) => void put(first, { index: 1 })),
    choice((first) => void put(first, { finish_reason: 'eos' })),
    choice((first) => void delete first.message),
  ],
  'answer.logprobs-key': [choice((first) => void delete first.logprobs)],
  'answer.message': [
    message((it) => void put(it, { role: 'model' })),
    message((it) => void delete it.refusal),
    message((it) => void delete it.content),
    message((it) => void put(it, { content: [{ type: 'text', text: it.content }] })),
  ],
  'answer.annotations': [message((it) => void delete it.annotations)],
  'answer.no-tool-calls': [
    message((it) => void put(it, { tool_calls: [] })),
    message((it) => void put(it, { tool_calls: null })),
    message((it) => void put(it, { function_call: null })),
  ],
  'answer.usage': [
    answer((body) => void delete body.usage),
    answer((body) => void body.usage.total_tokens++),
    answer((body) => void put(body.usage, { prompt_tokens: String(body.usage.prompt_tokens) })),
    answer(
      (body) =>
        void Object.assign(body.usage, { prompt_tokens: 0, total_tokens: body.usage.completion_tokens }),
    ),
    answer((body) => void put(body.usage.completion_tokens_details, { reasoning_tokens: 10_000 })),
    answer((body) => void put(body.usage.prompt_tokens_details, { cached_tokens: 10_000 })),
  ],
  'answer.usage-details': [
    answer((body) => void delete body.usage.prompt_tokens_details),
    answer((body) => void delete body.usage.completion_tokens_details),
  ],
  'answer.length': [
    choice((first) => void put(first, { finish_reason: 'stop' })),
    answer((body) => void put(body.usage, { completion_tokens: 50 })),
    refuses(400),
  ],
  'answer.stop': [
    message((it) => void put(it, { content: 'Hello' })),
    message((it) => void put(it, { content: 'never said' })),
    refuses(400),
  ],
  'answer.id-unique': [answer((body) => ({ ...body, id: 'chatcmpl-1' }))],
};
