// Server-sent events out of a body of bytes, as far as this wire uses them. Knows no page.

/**
 * Calls back with the raw text of each piece as it comes, and with the data of each event.
 * @param {ReadableStream<Uint8Array>} body
 * @param {{ onText(text: string): void, onData(data: string): void }} listener
 */
export async function readEvents(body, { onText, onData }) {
  const reader = body.getReader();
  // One decoder for all: a character may be cut between two pieces.
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    const text = decoder.decode(value, { stream: !done });
    if (text !== '') {
      onText(text);
      rest += text;
      const events = rest.split(/\r?\n\r?\n/);
      rest = events.pop() ?? '';
      for (const event of events) tell(event, onData);
    }
    if (done) {
      tell(rest, onData);
      return;
    }
  }
}

/**
 * @param {string} event
 * @param {(data: string) => void} onData
 */
function tell(event, onData) {
  const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  if (lines.length > 0) onData(lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n'));
}
