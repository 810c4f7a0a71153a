// The clients of a soak: each asks for one thing after another, takes whole answers and streams, loses interest in some of them, and
// meets upstreams that break off. What they saw is what the books are compared with.
import { type Connection, openConnection } from '../load/connection.ts';
import { requestBytes, type Target } from '../load/jobs.ts';
import { countDeltas, looksRight, type Mode } from '../wire.ts';

export interface Seen {
  asked: number;
  /** Whole and right. */
  answered: number;
  /** Left in the middle. */
  aborted: number;
  /** Broken off by the upstream, and told so. */
  failed: number;
  /** Anything else; the first of them. */
  wrong: number;
  sample?: string;
}

interface Part {
  readonly mode: Mode;
  readonly stream: boolean;
  /** Goes with this delta of a stream, or at this time in ms of a whole answer. */
  readonly leavesAfter?: number;
  readonly fails?: boolean;
}

/** In turns. */
const parts: readonly Part[] = [
  { mode: 'now', stream: false },
  { mode: 'now', stream: true },
  { mode: 'think', stream: false },
  { mode: 'paced', stream: true, leavesAfter: 10 },
  { mode: 'now', stream: false },
  { mode: 'cut', stream: true, fails: true },
  { mode: 'now', stream: true },
  { mode: 'short', stream: true, fails: true },
  { mode: 'think', stream: false },
  { mode: 'paced', stream: false, leavesAfter: 200 },
  { mode: 'paced', stream: true },
];

export function newSeen(): Seen {
  return { asked: 0, answered: 0, aborted: 0, failed: 0, wrong: 0 };
}

/** One client, until `over` says so; resolves when its last request is done with. `first` says where in the turns it begins. */
export async function soak(
  target: Target,
  id: string,
  first: number,
  seen: Seen,
  over: () => boolean,
): Promise<void> {
  const connection = openConnection(target.url);
  for (let turn = first; !over(); turn++) {
    await ask(connection, target, id, parts[turn % parts.length] as Part, seen);
  }
  connection.close();
}

function ask(connection: Connection, target: Target, id: string, part: Part, seen: Seen): Promise<void> {
  seen.asked++;
  return new Promise((resolve) => {
    let text = '';
    let timer: NodeJS.Timeout | undefined;
    const leave = () => {
      connection.destroy();
      seen.aborted++;
      resolve();
    };
    const note = (said: Buffer) => {
      clearTimeout(timer);
      if (looksRight(said, part.stream) && !part.fails) seen.answered++;
      else if (part.fails && said.includes('"error":{') && !said.includes('[DONE]')) seen.failed++;
      else {
        seen.wrong++;
        seen.sample ??= `${part.mode}: ${said.toString('latin1').slice(0, 500)}`;
      }
      resolve();
    };
    connection.send(requestBytes({ target, mode: part.mode, stream: part.stream, id }), {
      onPiece(piece) {
        if (!part.stream || part.leavesAfter === undefined) return;
        text += piece.toString('latin1');
        if (countDeltas(text) >= part.leavesAfter && !text.includes('[DONE]')) leave();
      },
      onAnswer: (pieces) => note(Buffer.concat(pieces)),
      onBroken: (pieces) => note(Buffer.concat(pieces)),
    });
    if (!part.stream && part.leavesAfter !== undefined) timer = setTimeout(leave, part.leavesAfter);
  });
}
