// The events of a stream of the admin API, one by one as they come.
import type { Json } from './scripted-upstream.ts';

export interface StreamEvent {
  readonly event: string;
  readonly data: Json;
}

/** Resolves when the stream is over, whichever way. */
export async function readEvents(response: Response, tell: (event: StreamEvent) => void): Promise<void> {
  let text = '';
  try {
    for await (const piece of response.body ?? []) {
      text += Buffer.from(piece).toString();
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        const event = /^event: (.*)$/m.exec(part)?.[1];
        const data = /^data: (.*)$/m.exec(part)?.[1];
        if (event !== undefined && data !== undefined) tell({ event, data: JSON.parse(data) });
      }
    }
  } catch {
    // Whoever looks is told by what is missing.
  }
}
