// One streamed request to the gateway's own endpoint, as any client would send it: what came so far, and when.
import { readEvents } from '../../api/event-stream.ts';

export interface ChatProgress {
  readonly status: 'sent' | 'streaming' | 'done';
  readonly text: string;
  readonly reasoning: string;
  readonly requestId: string | undefined;
  /** Ms from sending to the first piece. */
  readonly firstTokenMs: number | undefined;
  readonly elapsedMs: number;
  /** As reported at the end; until then the pieces there were. */
  readonly tokens: number;
  readonly reported: boolean;
}

export interface ChatRequest {
  readonly apiKey: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ChatProgress) => void;
}

interface Chunk {
  readonly error?: { readonly message?: string };
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null; readonly reasoning_content?: string | null };
  }[];
  readonly usage?: { readonly completion_tokens: number } | null;
}

/** Throws an Error with the gateway's sentence. */
export async function streamChat({ apiKey, body, signal, onProgress }: ChatRequest): Promise<ChatProgress> {
  const start = performance.now();
  const response = await fetch('/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, stream: true, stream_options: { include_usage: true } }),
    credentials: 'omit',
    signal,
  });
  if (!response.ok || !response.body) {
    const envelope = (await response.json().catch(() => undefined)) as Chunk | undefined;
    throw new Error(envelope?.error?.message ?? `The gateway answered with status ${response.status}.`);
  }
  let progress: ChatProgress = {
    status: 'sent',
    text: '',
    reasoning: '',
    requestId: response.headers.get('x-request-id') ?? undefined,
    firstTokenMs: undefined,
    elapsedMs: 0,
    tokens: 0,
    reported: false,
  };
  const step = (changes: Partial<ChatProgress>) => {
    progress = { ...progress, ...changes, elapsedMs: performance.now() - start };
    onProgress(progress);
  };
  let complete = false;
  await readEvents(response.body, (part) => {
    if (part.type === 'comment' || complete) return;
    if (part.data === '[DONE]') {
      complete = true;
      return;
    }
    const { error, choices, usage } = JSON.parse(part.data) as Chunk;
    if (error) throw new Error(error.message ?? 'The answer broke off.');
    const { content, reasoning_content: thought } = choices?.[0]?.delta ?? {};
    if (content || thought) {
      step({
        status: 'streaming',
        text: progress.text + (content ?? ''),
        reasoning: progress.reasoning + (thought ?? ''),
        firstTokenMs: progress.firstTokenMs ?? performance.now() - start,
        tokens: progress.tokens + 1,
      });
    }
    if (usage) step({ tokens: usage.completion_tokens, reported: true });
  });
  if (!complete) throw new Error('The answer broke off before its end.');
  step({ status: 'done' });
  return progress;
}
