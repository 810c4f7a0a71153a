// One streamed answer, printed as it comes: thinking dimmed, then the text.
import { request } from 'undici';
import type { ChatCompletionChunk } from '../wire/openai/chat-response.ts';
import { createEventStreamDecoder } from '../wire/sse/decode.ts';
import { CommandError } from './command.ts';
import { paint } from './paint.ts';

export interface Turn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

const maxEventBytes = 4 * 1024 * 1024;

/** Resolves with the answer's text; an interrupted answer is what came until then. Throws CommandError. */
export async function streamAnswer(
  gateway: { readonly url: string; readonly key: string; readonly model: string },
  turns: readonly Turn[],
  output: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<string> {
  const printer = createPrinter(output);
  try {
    const response = await request(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: gateway.model, messages: turns, stream: true }),
      headersTimeout: 0,
      bodyTimeout: 0,
      signal,
    });
    if (response.statusCode !== 200) throw new CommandError(messageOf(await response.body.text()));
    const decoder = createEventStreamDecoder(maxEventBytes);
    for await (const bytes of response.body) {
      for (const event of decoder.push(bytes as Buffer)) printer.print(event.toString());
    }
    if (!printer.ended()) throw new CommandError('the answer broke off: the gateway closed the connection.');
    return printer.text();
  } catch (error) {
    if (signal.aborted) return printer.text();
    throw readable(error, gateway.url);
  } finally {
    printer.close();
  }
}

function createPrinter(output: NodeJS.WriteStream) {
  let text = '';
  let thinking = false;
  let wrote = false;
  let ended = false;
  const write = (piece: string) => {
    wrote = true;
    output.write(piece);
  };
  return {
    print(event: string) {
      if (event === '[DONE]') {
        ended = true;
        return;
      }
      const chunk = JSON.parse(event) as ChatCompletionChunk & { error?: { message: string } };
      if (chunk.error) throw new CommandError(chunk.error.message);
      const delta = chunk.choices[0]?.delta;
      if (delta?.reasoning_content) {
        thinking = true;
        write(paint('dim', delta.reasoning_content, output));
      }
      if (delta?.content) {
        if (thinking) write('\n\n');
        thinking = false;
        text += delta.content;
        write(delta.content);
      }
    },
    text: () => text,
    ended: () => ended,
    close() {
      if (wrote && output.writable) output.write('\n');
    },
  };
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { error: { message: string } }).error.message;
  } catch {
    // Not a Tollgate or OpenAI error body: whatever answered there is not a gateway.
    return 'what answered there is no OpenAI-compatible endpoint.';
  }
}

function readable(error: unknown, url: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ECONNREFUSED')
    return new CommandError(`nothing listens on ${url}. Start the gateway: \`tollgate serve\`.`);
  if (code === 'ENOTFOUND' || code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') {
    return new CommandError(`the connection to ${url} failed (${code}).`);
  }
  return error;
}
