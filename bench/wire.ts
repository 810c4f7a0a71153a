// The messages of the benchmark: what the clients ask, what the mock upstream answers. Close to what OpenAI sends,
// dated model name included, so that a gateway has to put its public name into each answer.

export const publicModel = 'bench';
export const upstreamModel = 'bench-2025-11-13';
export const deltas = 64;
/** Of a paced stream, between two events: a fast model. */
export const deltaMs = 20;
/** Deltas of a `trickle`, one each second. */
export const trickled = 20;
/** US dollars per million tokens, everywhere. */
export const price = { input: 1.25, output: 10 };

/**
 * How the mock upstream is to behave, said in the words of the user, since gateways drop or rewrite headers and fields they do not
 * know but never the conversation.
 *
 * - `now`: the answer at once, or as one stream in one piece.
 * - `paced`: a whole answer after all 64 deltas' time, or a delta each 20 ms.
 * - `think`: the whole answer after 20 ms.
 * - `trickle`: a delta each second for 20 s, so that many streams can be open at once.
 * - `cut`: five paced deltas, then the connection is broken.
 * - `short`: five paced deltas, then a tidy end of the body without a finish and without `[DONE]`.
 */
export type Mode = 'now' | 'paced' | 'think' | 'trickle' | 'cut' | 'short';

export const modes: readonly Mode[] = ['now', 'paced', 'think', 'trickle', 'cut', 'short'];

/** What a request is known by in the tally of the mock: letters, digits, `-`. */
export function mark(mode: Mode, id: string): string {
  return `[bench ${mode} ${id}]`;
}

const text =
  'The harbour was quiet that morning. A single gull crossed the pale water, and the clock on the customs house struck six.';

const identity = { id: 'chatcmpl-9f8a7b6c5d4e3f2a1b0c', created: 1_762_992_000, model: upstreamModel };
const details = {
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
};
export const promptTokens = 48;
const usage = {
  prompt_tokens: promptTokens,
  completion_tokens: deltas,
  total_tokens: promptTokens + deltas,
  ...details,
};

/** US dollars for one whole answer, by its usage. */
export const answerCost = (promptTokens * price.input + deltas * price.output) / 1e6;

export interface Question {
  readonly mode: Mode;
  readonly id: string;
  readonly stream: boolean;
  /** As the gateway asked knows it. */
  readonly model?: string;
  readonly maxTokens?: number;
}

/** About 400 bytes. */
export function requestBody({ mode, id, stream, model = publicModel, maxTokens = 256 }: Question): string {
  return JSON.stringify({
    model,
    messages: [
      {
        role: 'system',
        content: 'You are a novelist. Write in plain words and keep to what can be seen or heard.',
      },
      {
        role: 'user',
        content: `Describe a small harbour town at dawn, before the first boat leaves. ${mark(mode, id)}`,
      },
    ],
    temperature: 0.7,
    max_tokens: maxTokens,
    ...(stream ? { stream: true } : {}),
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

/** One token each by the usual tokenizers, so that what is counted is what was reported. */
const deltaText = (index: number) => (index === deltas - 1 ? ' harbour' : ' word');

/** One event each: 64 deltas (the first with the role), the finish, usage, `[DONE]`. */
export const streamEvents: readonly string[] = [
  ...Array.from({ length: deltas }, (_, index) =>
    chunk({ ...(index === 0 ? { role: 'assistant', refusal: null } : {}), content: deltaText(index) }, null),
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

/** How many of the deltas are in it, whoever serialised them. */
export function countDeltas(text: string): number {
  return text.match(/"content": ?" (?:word|harbour)"/g)?.length ?? 0;
}

/** A whole `trickle` stream. */
export function trickledWhole(answer: Buffer): boolean {
  return answer.includes('data: [DONE]') && countDeltas(answer.toString('latin1')) === trickled;
}

/** What every right answer holds, streamed or not, through a gateway or not. */
export function looksRight(answer: Buffer, stream: boolean): boolean {
  if (!answer.subarray(0, 15).equals(ok)) return false;
  if (!stream) return answer.includes(text);
  if (!answer.includes('data: [DONE]')) return false;
  const said = answer.toString('latin1');
  return contentOf(said) === streamedText || contentOf(withoutChunkSizes(said)) === streamedText;
}

const ok = Buffer.from('HTTP/1.1 200 OK');
const streamedText = Array.from({ length: deltas }, (_, index) => deltaText(index)).join('');

/** What a client would show, whoever serialised it and however many deltas became one. */
function contentOf(said: string): string {
  return Array.from(said.matchAll(/"content": ?"([^"\\]*)"/g), ([, piece]) => piece).join('');
}

/** A proxy may begin a chunk of HTTP in the middle of an event. */
function withoutChunkSizes(said: string): string {
  let at = said.indexOf('\r\n\r\n') + 4;
  let body = '';
  for (;;) {
    const end = said.indexOf('\r\n', at);
    const size = end < 0 ? 0 : Number.parseInt(said.slice(at, end), 16);
    if (!(size > 0)) return body;
    body += said.slice(end + 2, end + 2 + size);
    at = end + 2 + size + 2;
  }
}
