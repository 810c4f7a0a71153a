// Where the AI SDK with the package for compatible servers departs from the plays as written.
import type { Json } from '../../support/scripted-upstream.ts';
import { abort, inItsWords, oneChoice, tools } from '../ai-sdk/differences.ts';
import { asWritten, type Differences } from '../matrix/cells.ts';

export const differences: Differences = {
  everywhere: {
    sent: withoutDeveloper,
    seen: (seen) => inItsWords(seen),
  },
  plain: asWritten,
  stream: asWritten,
  'stream helper': asWritten,
  'tools round trip': tools,
  'parallel tools': tools,
  'JSON schema': asWritten,
  reasoning: asWritten,
  image: asWritten,
  'error before': asWritten,
  'error in mid-stream': asWritten,
  abort,
  'n=2': {
    notOffered: 'the SDK has no `n`; it is passed on as an option of the provider, and one choice is read',
    seen: (seen, { way }) => oneChoice(seen, way !== 'whole'),
  },
  usage: asWritten,
};

/** It knows no developer role, whatever the model. */
function withoutDeveloper(body: Json): Json {
  const messages = body.messages.map((message: Json) =>
    message.role === 'developer' ? { ...message, role: 'system' } : message,
  );
  return { ...body, messages };
}
