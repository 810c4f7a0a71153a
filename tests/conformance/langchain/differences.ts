// Where LangChain departs from the plays as written.
import { expect } from 'vitest';
import type { Json } from '../../support/scripted-upstream.ts';
import { asWritten, type Difference, type Differences } from '../matrix/cells.ts';
import type { Seen } from '../matrix/client.ts';
import { withUsage } from '../matrix/expected.ts';

/** It takes the first choice of every chunk: streamed choices run together, with their finish reasons. */
const streamsOneChoice: Difference = {
  seen: (seen, { way }) => {
    if (way === 'whole') return seen;
    const { texts: _, finishes: __, ...rest } = seen;
    const together = { text: expect.stringMatching(/red/), finish: 'stopstop', model: expect.any(String) };
    return { ...rest, ...together };
  },
};

export const differences: Differences = {
  everywhere: {
    // It says `stream` also where there is none.
    sent: (body) => ({ stream: false, ...body }),
    // It asks every stream for usage, and shows neither role nor request id of what went well.
    seen: ({ role: _, requestId: __, ...seen }: Seen, play) => withUsage(seen, play),
  },
  plain: asWritten,
  stream: asWritten,
  'stream helper': asWritten,
  'tools round trip': {
    // A call without text has text of no length, and a result bears the name of its tool.
    sent: (body) => ({ ...body, messages: body.messages.map(inItsWords) }),
  },
  'parallel tools': asWritten,
  'JSON schema': asWritten,
  reasoning: asWritten,
  image: asWritten,
  'error before': {
    // Errors that it has classes of its own for lose what the gateway said besides the message.
    seen: (seen) =>
      seen.error?.code === 'context_length_exceeded'
        ? { error: { class: 'ContextOverflowError', message: seen.error.message } }
        : seen,
  },
  'error in mid-stream': asWritten,
  abort: {
    seen: (seen) =>
      seen.error
        ? {
            error: expect.objectContaining({ class: 'AbortError', message: expect.stringMatching(/abort/i) }),
          }
        : seen,
  },
  'n=2': streamsOneChoice,
  usage: asWritten,
};

function inItsWords(message: Json): Json {
  if (message.role === 'assistant') return { ...message, content: '' };
  return message.role === 'tool' ? { ...message, name: 'weather' } : message;
}
