// Where lines of the log go: a file descriptor that may be full, slow, or not read at all. Requests never wait for it, memory does
// not grow with it, and nothing that is wrong with it ends the process. Knows nothing of what is in a line.
import { constants, fstatSync, openSync, type Stats, write, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** A pipe takes so much as a whole or not at all (PIPE_BUF), so lines of several processes do not get into each other. */
const mostForPipe = 4_096;
/** A file takes each write as a whole. */
const mostForFile = 65_536;
/** Lines of one turn are written together, or as soon as they are so many characters. */
const enough = 65_536;
/** While a reader is behind; while a disk is full, or the like. */
const fullPauseMs = 50;
const brokenPauseMs = 1_000;
/** Characters that wait for one descriptor. */
const mostWaiting = 4 * 1_048_576;

export interface LogDestination {
  /** A line, with its end. */
  write(line: string): void;
  /** Resolves when nothing waits any more, or after `longestMs`. */
  drain(longestMs: number): Promise<void>;
  /** What waits, as far as it is taken at once: for the end of the process. Nothing is written afterwards. */
  writeNow(): void;
}

export interface LogDestinationParts {
  readonly descriptor: number;
  /** Lines were lost, and now there is room again. */
  readonly onLost: (lines: number) => void;
  readonly most?: number;
}

export function createLogDestination(parts: LogDestinationParts): LogDestination {
  const { onLost, most = mostWaiting } = parts;
  const { descriptor, manner, atOnce } = openUnblocked(parts.descriptor);
  let lines: string[] = [];
  /** Characters in `lines`. */
  let waiting = 0;
  let lost = 0;
  /** Begun, and not all of it taken yet. */
  let piece: Buffer | undefined;
  let writing = false;
  let pause: NodeJS.Timeout | undefined;
  let gathering: NodeJS.Immediate | undefined;
  let drained: (() => void) | undefined;
  let over = false;

  function nextPiece(): Buffer | undefined {
    let count = 0;
    let bytes = 0;
    for (const line of lines) {
      const more = Buffer.byteLength(line);
      if (count > 0 && bytes + more > atOnce) break;
      bytes += more;
      count++;
    }
    if (count === 0) return undefined;
    const text = lines.slice(0, count).join('');
    lines = lines.slice(count);
    waiting -= text.length;
    return Buffer.from(text);
  }

  function begin(): void {
    if (writing || pause || over) return;
    clearImmediate(gathering);
    gathering = undefined;
    while (!writing && !pause) {
      piece ??= nextPiece();
      if (!piece) {
        drained?.();
        return;
      }
      if (manner === 'at once') wrote(...writeAtOnce(descriptor, piece));
      else {
        writing = true;
        write(descriptor, piece, 0, piece.length, null, (error, taken) => {
          writing = false;
          wrote(error, taken);
          goOn();
        });
      }
    }
  }

  function wrote(error: NodeJS.ErrnoException | null, taken: number): void {
    if (error) {
      pause = setTimeout(
        () => {
          pause = undefined;
          begin();
        },
        error.code === 'EAGAIN' ? fullPauseMs : brokenPauseMs,
      );
      pause.unref();
      return;
    }
    took(taken);
    if (lost === 0 || waiting >= most / 2) return;
    const told = lost;
    lost = 0;
    onLost(told);
  }

  /** With what is worth a write by now. */
  function goOn(): void {
    if (writing || pause) return;
    if (piece || drained || waiting >= enough) begin();
    else if (waiting > 0) gathering ??= setImmediate(begin).unref();
  }

  function took(bytes: number): void {
    if (!piece) return;
    piece = bytes < piece.length ? piece.subarray(bytes) : undefined;
  }

  return {
    write(line) {
      if (waiting + line.length > most) {
        lost++;
        return;
      }
      lines.push(line);
      waiting += line.length;
      goOn();
    },
    drain(longestMs) {
      return new Promise((resolve) => {
        const limit = setTimeout(resolve, longestMs);
        drained = () => {
          clearTimeout(limit);
          drained = undefined;
          resolve();
        };
        begin();
      });
    },
    writeNow() {
      over = true;
      clearTimeout(pause);
      // One that does not come back would keep the process from its end.
      if (writing && manner === 'unsure') return;
      try {
        // What is being written is taken by its own thread before the process ends.
        if (writing) piece = undefined;
        for (piece ??= nextPiece(); piece; piece ??= nextPiece()) took(writeSync(descriptor, piece));
      } catch {
        // Nobody is left who could be told.
      }
    },
  };
}

interface Opened {
  readonly descriptor: number;
  /** What a write does: comes back at once, if need be with "full"; takes a while, in another thread; perhaps never comes back from there. */
  readonly manner: 'at once' | 'soon' | 'unsure';
  /** Bytes for one write, where lines are shorter. */
  readonly atOnce: number;
}

/**
 * A pipe or a terminal that is not read makes whoever writes to it wait, in a thread that the process needs for its end. On Linux
 * the same pipe can be opened once more so that it says "full" instead; the flag is then ours alone, not that of all who share it.
 */
function openUnblocked(descriptor: number): Opened {
  const stands = statOf(descriptor);
  if (stands?.isFile()) return { descriptor, manner: 'soon', atOnce: mostForFile };
  if (process.platform === 'linux' && (stands?.isFIFO() || isatty(descriptor))) {
    try {
      const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
      return {
        descriptor: openSync(`/proc/self/fd/${descriptor}`, flags),
        manner: 'at once',
        atOnce: mostForPipe,
      };
    } catch {
      // Such as one that belongs to another user.
    }
  }
  return { descriptor, manner: 'unsure', atOnce: mostForPipe };
}

function writeAtOnce(
  descriptor: number,
  piece: Buffer,
): [error: NodeJS.ErrnoException | null, taken: number] {
  try {
    return [null, writeSync(descriptor, piece)];
  } catch (error) {
    return [error as NodeJS.ErrnoException, 0];
  }
}

function statOf(descriptor: number): Stats | undefined {
  try {
    return fstatSync(descriptor);
  } catch {
    return undefined;
  }
}
