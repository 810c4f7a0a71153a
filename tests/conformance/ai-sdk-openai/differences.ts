// Where the AI SDK with the package for OpenAI departs from the plays as written.
import { abort, inItsWords, oneChoice, tools, withoutN } from '../ai-sdk/differences.ts';
import { asWritten, type Differences } from '../matrix/cells.ts';
import { withUsage } from '../matrix/expected.ts';

export const differences: Differences = {
  everywhere: {
    // It asks every stream for usage.
    seen: (seen, play) => withUsage(inItsWords(seen), play),
  },
  plain: asWritten,
  stream: asWritten,
  'stream helper': asWritten,
  'tools round trip': tools,
  'parallel tools': tools,
  'JSON schema': asWritten,
  reasoning: {
    notOffered: 'the chat dialect of this package reads no reasoning, only its token count',
    seen: ({ reasoning: _, ...seen }) => seen,
  },
  image: asWritten,
  'error before': asWritten,
  'error in mid-stream': {
    // It infers a status from type and code.
    seen: (seen) => {
      if (!seen.error) return seen;
      return {
        ...seen,
        error: { ...seen.error, status: seen.error.code === 'upstream_timeout' ? 504 : 500 },
      };
    },
  },
  abort,
  'n=2': {
    notOffered: 'the SDK has no `n`; an upstream that answers twice unasked',
    sent: withoutN,
    seen: (seen, { way }) => oneChoice(seen, way !== 'whole'),
  },
  usage: asWritten,
};
