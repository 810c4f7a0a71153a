// The bytes of one answer in memory, for any number of clients that each read at their own pace, from the first byte. The
// fastest sets the pace of the upstream; one that falls too far behind is cut off. Knows neither sockets nor HTTP.

export interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
}

/** One client, as the log sees it. Called in the turn in which something happens; must not throw. */
export interface Follower {
  /** There is more to read, or there will never be more. */
  wake(): void;
  /** For those who wait at the end: a comment that is no part of the answer. */
  beat(comment: string): void;
  /** What comes next for this one is gone. */
  cut(): void;
}

export interface Place {
  /** The next piece; `undefined`: there is none yet, or no more (`atEnd`). */
  next(): Buffer | undefined;
  /** Whether everything was read and nothing will come. */
  atEnd(): boolean;
  leave(): void;
}

export interface AnswerLog {
  head(): AnswerHead | undefined;
  begin(head: AnswerHead): void;
  append(piece: Buffer): void;
  beat(comment: string): void;
  end(): void;
  ended(): boolean;
  /** What was appended so far; `undefined` once that is more than `mostBytes`. */
  whole(): readonly Buffer[] | undefined;
  bytes(): number;
  /** Whether a client is near the end, so that more may come. */
  writable(): boolean;
  /** From the first byte on; `undefined` when that is gone. */
  follow(follower: Follower): Place | undefined;
}

export interface AnswerLogOptions {
  /** As much is kept of an answer, and as far may a client be behind. */
  readonly mostBytes: number;
  /** How far behind the fastest client may be before the upstream waits. */
  readonly highWaterBytes: number;
  /** Called when `writable` becomes true again. */
  readonly onWritable: () => void;
}

interface Reader {
  readonly follower: Follower;
  /** Pieces and bytes read. */
  pieces: number;
  bytes: number;
}

export function createAnswerLog({ mostBytes, highWaterBytes, onWritable }: AnswerLogOptions): AnswerLog {
  let head: AnswerHead | undefined;
  let pieces: Buffer[] = [];
  /** Pieces that are not kept any more, before the first of `pieces`. */
  let dropped = 0;
  let total = 0;
  let ended = false;
  let waiting = false;
  const readers = new Set<Reader>();

  function writable(): boolean {
    if (readers.size === 0) return true;
    let furthest = 0;
    for (const { bytes } of readers) furthest = Math.max(furthest, bytes);
    return total - furthest < highWaterBytes;
  }

  function wakeAll(): void {
    for (const { follower } of [...readers]) follower.wake();
  }

  /** Too large to be kept: only what a client has yet to read stays. */
  function shrink(): void {
    for (const reader of [...readers]) {
      if (total - reader.bytes <= mostBytes) continue;
      readers.delete(reader);
      reader.follower.cut();
    }
    let least = dropped + pieces.length;
    for (const reader of readers) least = Math.min(least, reader.pieces);
    if (least > dropped) {
      pieces = pieces.slice(least - dropped);
      dropped = least;
    }
  }

  function readOn(): void {
    if (!waiting || !writable()) return;
    waiting = false;
    onWritable();
  }

  return {
    head: () => head,
    begin(given) {
      head = given;
      wakeAll();
    },
    append(piece) {
      if (piece.length === 0) return;
      pieces.push(piece);
      total += piece.length;
      wakeAll();
      if (total > mostBytes) shrink();
      if (!writable()) waiting = true;
    },
    beat(comment) {
      for (const { follower } of [...readers]) follower.beat(comment);
    },
    end() {
      ended = true;
      wakeAll();
    },
    ended: () => ended,
    whole: () => (total > mostBytes ? undefined : pieces),
    bytes: () => total,
    writable,
    follow(follower) {
      if (dropped > 0) return undefined;
      const reader: Reader = { follower, pieces: 0, bytes: 0 };
      readers.add(reader);
      return {
        next() {
          const piece = pieces[reader.pieces - dropped];
          if (!piece) return undefined;
          reader.pieces++;
          reader.bytes += piece.length;
          readOn();
          return piece;
        },
        atEnd: () => ended && reader.pieces === dropped + pieces.length,
        leave() {
          readers.delete(reader);
          readOn();
        },
      };
    },
  };
}
