import { afterEach, expect, it, vi } from 'vitest';
import { type ChatProgress, streamChat } from './chat-stream.ts';

afterEach(() => vi.unstubAllGlobals());

const delta = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

/** What is told of an answer of these bytes, and how it ends. */
async function told(text: string, size: number): Promise<{ steps: ChatProgress[]; error?: Error }> {
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
  vi.stubGlobal('fetch', async () => new Response(body));
  const steps: ChatProgress[] = [];
  const { signal } = new AbortController();
  try {
    await streamChat({ apiKey: 'k', body: {}, signal, onProgress: (step) => steps.push(step) });
    return { steps };
  } catch (error) {
    return { steps, error: error as Error };
  }
}

it.each([1, 7, 10_000])('is whole however its bytes arrive (%i at a time)', async (size) => {
  const { steps, error } = await told(
    `: still here\r\n\r\n${delta('Grüße')}${delta(' 👋')}data: [DONE]\n\n`,
    size,
  );
  expect(error).toBeUndefined();
  expect(steps.at(-1)).toMatchObject({ status: 'done', text: 'Grüße 👋', tokens: 2, reported: false });
});

it('is not done where the stream ends before its end', async () => {
  const { steps, error } = await told(delta('Hel'), 10_000);
  expect(steps.map(({ status }) => status)).toEqual(['streaming']);
  expect(error?.message).toBe('The answer broke off before its end.');
});

it('says what the gateway says in the middle', async () => {
  const { steps, error } = await told(
    `${delta('Hel')}data: {"error":{"message":"The upstream left."}}\n\n`,
    10_000,
  );
  expect(steps.at(-1)?.text).toBe('Hel');
  expect(error?.message).toBe('The upstream left.');
});
