// Server-sent events as chat completions use them: `data:` lines only, one JSON per event, never `event:` or `id:`
// (openai-python#2722: an `id:` line makes later keep-alive comments fatal). CONTRACT section 3.

/** `json` must be one line, which JSON.stringify guarantees. */
export function encodeData(json: string): string {
  return `data: ${json}\n\n`;
}

/** What `encodeData` puts around it. */
export const encodedDataBytes = 'data: \n\n'.length;

export const doneEvent = 'data: [DONE]\n\n';
export const keepAliveComment = ': keep-alive\n\n';

/** Head of every event stream: nothing on the way may buffer or compress it. */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;
