// The messages of the benchmark: what the clients ask, what the mock upstream answers. Close to what OpenAI sends,
// dated model name included, so that the gateway has to put its public name into each answer.

export const publicModel = 'bench';
export const upstreamModel = 'bench-2025-11-13';
export const deltas = 64;

const text =
  'The harbour was quiet that morning. A single gull crossed the pale water, and the clock on the customs house struck six.';

const identity = { id: 'chatcmpl-9f8a7b6c5d4e3f2a1b0c', created: 1_762_992_000, model: upstreamModel };
const details = {
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
};
const usage = { prompt_tokens: 48, completion_tokens: deltas, total_tokens: 48 + deltas, ...details };

/** Marks a request whose answer takes a while, as a model's does: then all gateways run at the same rate. */
export const thoughtfulUser = 'thoughtful';

/** About 400 bytes. */
export function requestBody(stream: boolean, thoughtful = false): string {
  return JSON.stringify({
    model: publicModel,
    messages: [
      {
        role: 'system',
        content: 'You are a novelist. Write in plain words and keep to what can be seen or heard.',
      },
      {
        role: 'user',
        content: 'Describe a small harbour town at dawn, before the first boat leaves the quay.',
      },
    ],
    temperature: 0.7,
    max_completion_tokens: 256,
    ...(stream ? { stream: true } : {}),
    ...(thoughtful ? { user: thoughtfulUser } : {}),
  });
}

/** About 600 bytes. */
export const wholeAnswer = JSON.stringify({
  ...identity,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: text, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage,
  service_tier: 'default',
  system_fingerprint: null,
});

/** One event each: 64 deltas (the first with the role), the finish, usage, `[DONE]`. */
export const streamEvents: readonly string[] = [
  ...Array.from({ length: deltas }, (_, index) =>
    chunk({ ...(index === 0 ? { role: 'assistant', refusal: null } : {}), content: ` word${index}` }, null),
  ),
  chunk({}, 'stop'),
  event({ ...identity, object: 'chat.completion.chunk', choices: [], usage }),
  'data: [DONE]\n\n',
];

function chunk(delta: object, finishReason: string | null): string {
  return event({
    ...identity,
    object: 'chat.completion.chunk',
    service_tier: 'default',
    system_fingerprint: null,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    usage: null,
  });
}

function event(body: object): string {
  return `data: ${JSON.stringify(body)}\n\n`;
}

/** What every right answer holds, streamed or not, through the gateway or not. */
export function looksRight(answer: Buffer, stream: boolean): boolean {
  if (!answer.subarray(0, 15).equals(ok)) return false;
  return stream ? answer.includes(lastDelta) && answer.includes('data: [DONE]') : answer.includes(text);
}

const ok = Buffer.from('HTTP/1.1 200 OK');
const lastDelta = `word${deltas - 1}"`;
