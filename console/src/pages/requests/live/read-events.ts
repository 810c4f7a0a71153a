// Server-sent events over fetch, which tells a refusal with its reason, as EventSource does not.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
import { api, type QueryValues } from '../../../api/client.ts';

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Resolves when the server ends the stream. Throws ApiError, or what the network fails with. */
export async function readEvents(
  path: string,
  query: QueryValues,
  signal: AbortSignal,
  tell: (event: ServerEvent) => void,
): Promise<void> {
  const response = await api.raw('GET', path, { query, signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const event = field(part, 'event');
      const data = field(part, 'data');
      if (event !== undefined && data !== undefined) tell({ event, data });
    }
  }
}

function field(part: string, name: string): string | undefined {
  const line = part.split('\n').find((each) => each.startsWith(`${name}: `));
  return line?.slice(name.length + 2);
}
