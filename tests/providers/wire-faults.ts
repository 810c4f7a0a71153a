// The ways an upstream fails, in the frames of its own wire: before it has said a word, and after its first words.

import { type Script, type Step, stream, whole } from '../support/scripted-upstream.ts';
import { begun } from './wires/perfect-model.ts';
import type { Asked, Wire } from './wires/wire.ts';

export interface EarlyFault {
  readonly script: (wire: Wire) => Script;
  readonly status: number;
  readonly code: string;
}

const html = '<html><body>502 Bad Gateway</body></html>';
const htmlType = { 'content-type': 'text/html' };
const failed = { status: 502, code: 'upstream_error' };

/** Of whole answers and streams alike: nothing has reached the client yet. */
export const earlyFaults: Readonly<Record<string, EarlyFault>> = {
  'a reset before the first byte': {
    script:
      () =>
      ({ reset }) =>
        reset(),
    ...failed,
  },
  'a reset behind the head': {
    script:
      () =>
      async ({ head, response, reset }) => {
        head(200, { 'content-type': 'application/json' });
        response.flushHeaders();
        await new Promise((resolve) => setTimeout(resolve, 20));
        reset();
      },
    ...failed,
  },
  'an empty success': { script: () => whole('', 200), ...failed },
  garbage: { script: () => whole('%&/ {"a": ', 200), ...failed },
  'a page of a proxy, as a success': { script: () => whole(html, 200, htmlType), ...failed },
  'a page of a proxy, as a failure': { script: () => whole(html, 502, htmlType), ...failed },
  'an error that says why': {
    script: (wire) => wire.error(503, 'too much to do', null),
    status: 503,
    code: 'overloaded',
  },
};

/** Steps behind the first words of a stream, and the error that a client is told in it. */
export const lateFaults: Readonly<
  Record<string, { readonly steps: (wire: Wire, next: Buffer) => Step[]; readonly code: string }>
> = {
  'a reset': { steps: () => [{ wait: 20 }, 'RESET'], code: 'upstream_error' },
  'an end without a finish': { steps: () => ['END'], code: 'upstream_error' },
  'half a frame, then the end': {
    steps: (_, next) => [next.subarray(0, next.length / 2)],
    code: 'upstream_error',
  },
  'half a frame, then a reset': {
    steps: (_, next) => [next.subarray(0, next.length / 2), { wait: 20 }, 'RESET'],
    code: 'upstream_error',
  },
  'a frame of garbage': { steps: ({ garbageFrame }) => [garbageFrame, { wait: 20 }], code: 'upstream_error' },
  'a page of a proxy': { steps: () => [html], code: 'upstream_error' },
  'an error that says why': { steps: ({ overloadedFrame }) => [overloadedFrame], code: 'overloaded' },
};

const asked: Asked = {
  stream: true,
  system: '',
  turns: [],
  tools: [],
  choice: 'auto',
  parallel: true,
  thinks: false,
  stop: [],
  cap: undefined,
  choices: 1,
};

/** Frames that say `delivered`. */
export const firstWords = (wire: Wire) => begun(wire, asked);

/** A stream that says `delivered`, then this. */
export function broken(wire: Wire, steps: (wire: Wire, next: Buffer) => Step[]): Script {
  const first = firstWords(wire);
  const next = Buffer.from(first.at(-1) as string | Buffer);
  return stream([...first, ...steps(wire, next)], { 'content-type': wire.streamType });
}
