// Where the official client for Python departs from the plays as written.
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
  'JSON schema': {
    // The format is named by the class, and `stream` is always said.
    sent: (body) => {
      const { json_schema } = body.response_format;
      return {
        ...body,
        stream: false,
        response_format: { type: 'json_schema', json_schema: { ...json_schema, name: 'Person' } },
      };
    },
  },
  reasoning: asWritten,
  image: asWritten,
  'error before': asWritten,
  'error in mid-stream': {
    // An error inside of a stream has no response to read a request id from.
    seen: (seen) => {
      const { requestId: _, ...error } = seen.error ?? { class: '', message: '' };
      return { ...seen, error };
    },
  },
  abort: {
    // A cancelled task says so in Python's own words.
    seen: (seen) => (seen.error ? { error: { class: 'CancelledError', message: '' } } : seen),
  },
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
