// One streamed chat completion and when its pieces came, as a client of the embedded model sees it.
import { apiKey } from './gateway.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface Asked {
  readonly text: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Of the prompt, tokens that needed no evaluation. */
  readonly cachedTokens: number;
  /** Milliseconds from the request to the first text. */
  readonly firstMs: number;
  /** Milliseconds from the first text to the last. */
  readonly writingMs: number;
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
  readonly usage?: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly prompt_tokens_details: { readonly cached_tokens: number };
  };
}

/** Greedy, so that the same question has the same answer. */
export async function ask(
  url: string,
  model: string,
  messages: readonly ChatMessage[],
  maxTokens: number,
): Promise<Asked> {
  const begun = performance.now();
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      messages,
      temperature: 0,
      max_completion_tokens: maxTokens,
      stream: true,
      stream_options: { include_usage: true },
    }),
  });
  if (answer.status !== 200 || !answer.body) throw new Error(`${answer.status}: ${await answer.text()}`);
  let text = '';
  let firstAt = Number.NaN;
  let lastAt = Number.NaN;
  let usage: Chunk['usage'];
  let whole = false;
  let unread = '';
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (unread + piece).split('\n');
    unread = lines.pop() ?? '';
    for (const line of lines) {
      if (line === 'data: [DONE]') whole = true;
      if (!line.startsWith('data: {')) continue;
      const chunk = JSON.parse(line.slice('data: '.length)) as Chunk;
      usage = chunk.usage ?? usage;
      const content = chunk.choices[0]?.delta.content ?? '';
      if (content === '') continue;
      text += content;
      lastAt = performance.now();
      if (Number.isNaN(firstAt)) firstAt = lastAt;
    }
  }
  if (!whole || !usage) throw new Error('the stream ended early');
  return {
    text,
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
    cachedTokens: usage.prompt_tokens_details.cached_tokens,
    firstMs: firstAt - begun,
    writingMs: lastAt - firstAt,
  };
}
