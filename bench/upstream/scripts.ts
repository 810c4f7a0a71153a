// What the mock upstream sends for each mode, cut into the pieces it writes, ready as bytes. Knows no socket.
import { deltaMs, deltas, type Mode, streamEvents, trickled, wholeAnswer } from '../wire.ts';

/** Pieces go out one each `everyMs`, the first at once (0 = all at once). */
export interface Script {
  readonly pieces: readonly Buffer[];
  readonly everyMs: number;
  /** Before the first piece. */
  readonly waitMs: number;
  /** What happens behind the last piece. */
  readonly end: 'keep' | 'destroy';
  /** A token is generated each `deltaMs` from the start on, also where none is sent yet. */
  readonly tokens: number;
}

/** Seconds for which idle connections are kept, first word of the command line; without it the answers do not say. */
const [keeps] = process.argv.slice(2);
const status = `HTTP/1.1 200 OK\r\n${keeps === undefined ? '' : `keep-alive: timeout=${keeps}\r\n`}`;
const whole = Buffer.from(
  `${status}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(wholeAnswer)}\r\n\r\n${wholeAnswer}`,
);
const head = `${status}content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n`;
const lastChunk = '0\r\n\r\n';

const faultyDeltas = 5;

const asChunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

/** One piece an event; the head goes with the first, the end of the body with the last. */
function pieces(events: readonly string[], ended: boolean): Buffer[] {
  return events.map((text, index) =>
    Buffer.from(
      `${index === 0 ? head : ''}${asChunk(text)}${ended && index === events.length - 1 ? lastChunk : ''}`,
    ),
  );
}

const paced = pieces(streamEvents, true);
const some = streamEvents.slice(0, faultyDeltas);
const trickle = pieces([...streamEvents.slice(0, trickled), ...streamEvents.slice(deltas)], true);

const streamed: Readonly<Record<Mode, Script>> = {
  now: { pieces: [Buffer.concat(paced)], everyMs: 0, waitMs: 0, end: 'keep', tokens: deltas },
  paced: { pieces: paced, everyMs: deltaMs, waitMs: 0, end: 'keep', tokens: deltas },
  think: { pieces: paced, everyMs: deltaMs, waitMs: 0, end: 'keep', tokens: deltas },
  trickle: { pieces: trickle, everyMs: 1000, waitMs: 0, end: 'keep', tokens: trickled },
  cut: { pieces: pieces(some, false), everyMs: deltaMs, waitMs: 0, end: 'destroy', tokens: faultyDeltas },
  short: { pieces: pieces(some, true), everyMs: deltaMs, waitMs: 0, end: 'keep', tokens: faultyDeltas },
};

const atOnce: Script = { pieces: [whole], everyMs: 0, waitMs: 0, end: 'keep', tokens: deltas };

const plain: Readonly<Record<Mode, Script>> = {
  now: atOnce,
  think: { ...atOnce, waitMs: deltaMs },
  paced: { ...atOnce, waitMs: deltas * deltaMs },
  trickle: atOnce,
  cut: { ...atOnce, pieces: [whole.subarray(0, -50)], end: 'destroy' },
  short: atOnce,
};

export function scriptOf(mode: Mode, stream: boolean): Script {
  return (stream ? streamed : plain)[mode];
}
