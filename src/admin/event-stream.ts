// Server-sent events of the admin API: https://html.spec.whatwg.org/multipage/server-sent-events.html.

export const eventStreamType = 'text/event-stream; charset=utf-8';

/** JSON has no line breaks, so one `data` line holds it. */
export function encodeEvent(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
