// Streams that begin well and break: each says `deliveredText`, then the fault. A client that takes any of them for a
// whole answer was lied to. CONTRACT section 3 ("What clients do") and section 6, details 6 and 7.
import { chunk, done, event, roleChunk, type Step, text } from './pieces.ts';

export const deliveredText = 'Hel';
/** The pause lets what was said reach the client before the connection is lost: a reset may overtake bytes. */
const begun: readonly Step[] = [roleChunk, text('He'), text('l'), { wait: 20 }];

const openRouterError = {
  error: { code: 502, message: 'boom at http://10.9.8.7:4000 with sk-upstream-0123456789abcdefghij' },
};

export const streamFaults = {
  'a reset': [...begun, 'RESET'],
  'an end without a finish reason': [...begun, 'END'],
  '[DONE] without a finish reason': [...begun, done],
  'half a frame, then the end': [...begun, 'data: {"id":"chatcmpl-upstream","choi'],
  'half a frame, then a reset': [...begun, 'data: {"id":"chatcmpl-upstream","choi', { wait: 20 }, 'RESET'],
  garbage: [...begun, 'data: {"id": oh no}\n\n', text('lo'), done],
  'HTML of a proxy': [...begun, 'data: <html><body>502 Bad Gateway</body></html>\n\n'],
  'an OpenAI error frame': [
    ...begun,
    event({ error: { message: 'boom', type: 'server_error', param: null, code: null } }),
  ],
  'an OpenAI error frame, then [DONE]': [
    ...begun,
    event({ error: { message: 'boom', type: 'server_error', param: null, code: null } }),
    done,
  ],
  'a named error event': [...begun, `event: error\n${event({ error: { message: 'boom' } })}`],
  'a flat vLLM error frame': [
    ...begun,
    event({ object: 'error', message: 'boom', type: 'InternalServerError', param: null, code: 500 }),
    done,
  ],
  'an OpenRouter error with choices': [
    ...begun,
    chunk({ content: '' }, { ...openRouterError, finish_reason: 'error' }),
    done,
  ],
  'a finish reason that says it failed': [...begun, chunk({}, { finish_reason: 'error' }), done],
} satisfies Record<string, readonly Step[]>;

/** Silence in mid-stream; it breaks only where somebody's patience ends. */
export const stalled: readonly Step[] = [...begun, 'STALL'];

/** A stream of words that ends only when nobody takes it any more. */
export const endless = text('word ');
