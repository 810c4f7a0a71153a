// Server-sent events out of a byte stream, as the WHATWG standard frames them. Knows nothing of chat completions.

export type StreamPart =
  | { readonly type: 'event'; readonly event: string; readonly data: string }
  | { readonly type: 'comment'; readonly text: string };

export interface EventParser {
  feed(text: string): void;
  /** What lies in an event without its last blank line counts: a server may close right after it. */
  end(): void;
}

/** Lines end with CR, LF or CRLF, also where a CRLF is split over two pieces. */
export function createEventParser(onPart: (part: StreamPart) => void): EventParser {
  let rest = '';
  let event = '';
  let data: string[] = [];

  function dispatch(): void {
    if (data.length > 0) onPart({ type: 'event', event: event || 'message', data: data.join('\n') });
    event = '';
    data = [];
  }

  function takeLine(line: string): void {
    if (line === '') {
      dispatch();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) {
      onPart({ type: 'comment', text: line.slice(1).trim() });
      return;
    }
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
  }

  return {
    feed: (text) => {
      // Only new text can end a line: the rest was looked through before, but for a CR whose LF may come now.
      const from = Math.max(rest.length - 1, 0);
      const all = rest + text;
      const lineEnd = /\r\n|\n|\r(?!$)/g;
      lineEnd.lastIndex = from;
      let start = 0;
      for (let match = lineEnd.exec(all); match; match = lineEnd.exec(all)) {
        takeLine(all.slice(start, match.index));
        start = match.index + match[0].length;
      }
      rest = all.slice(start);
    },
    end: () => {
      if (rest !== '') takeLine(rest.replace(/\r$/, ''));
      rest = '';
      dispatch();
    },
  };
}

/** Characters that are split over two pieces come out whole. Ends when the stream does; its errors are thrown. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onPart: (part: StreamPart) => void,
): Promise<void> {
  const parser = createEventParser(onPart);
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parser.feed(decoder.decode(value, { stream: true }));
  }
  parser.feed(decoder.decode());
  parser.end();
}
