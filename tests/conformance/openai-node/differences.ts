// Where the official client for JavaScript departs from the plays as written.
import type { Json } from '../../support/scripted-upstream.ts';
import { asWritten, type Differences } from '../matrix/cells.ts';

export const differences: Differences = {
  everywhere: {
    // The helper keeps the request id to itself, unless it fails.
    seen: ({ requestId, ...seen }, { way }) =>
      way === 'helper' ? seen : { ...seen, ...(requestId ? { requestId } : {}) },
  },
  plain: asWritten,
  stream: asWritten,
  'stream helper': asWritten,
  'tools round trip': {
    // It sends the message back as it came.
    sent: (body, at) => (at === 0 ? body : withWholeMessage(body)),
  },
  'parallel tools': asWritten,
  'JSON schema': asWritten,
  reasoning: {
    // Of members it does not know, the helper keeps what the last chunk that has them says.
    seen: ({ reasoning, ...seen }, { way }) => {
      if (way !== 'helper') return { ...seen, ...(reasoning ? { reasoning } : {}) };
      return { ...seen, reasoning: 'seven.' };
    },
  },
  image: asWritten,
  'error before': asWritten,
  'error in mid-stream': asWritten,
  abort: asWritten,
  'n=2': asWritten,
  usage: asWritten,
};

function withWholeMessage(body: Json): Json {
  return {
    ...body,
    messages: body.messages.map((message: Json) =>
      message.role === 'assistant' ? { ...message, refusal: null, annotations: [] } : message,
    ),
  };
}
