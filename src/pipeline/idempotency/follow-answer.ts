// One client of a recorded answer: gets it from the first byte, as fast as it reads, and then live.
import type { AnswerOutput } from '../../core/exchange.ts';
import type { AnswerLog, Place } from './answer-log.ts';

/** How long a client may leave the rest of a finished answer unread. */
const patienceMs = 60_000;

export interface FollowOptions {
  readonly log: AnswerLog;
  readonly outgoing: AnswerOutput;
  /** What the head of this client has besides, or instead. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** The client has everything. */
  readonly onDelivered: () => void;
}

/** `undefined`: the beginning of the answer is gone. Returns the function that ends it when the client is gone. */
export function followAnswer({
  log,
  outgoing,
  headers,
  onDelivered,
}: FollowOptions): (() => void) | undefined {
  let patience: NodeJS.Timeout | undefined;
  let place: Place | undefined;

  function pump(): void {
    if (!place || outgoing.destroyed || outgoing.writableEnded) return;
    if (!begin()) return;
    for (let piece = next(); piece; piece = next()) outgoing.write(piece);
    if (place.atEnd()) outgoing.end();
    else if (outgoing.writableNeedDrain) wait();
  }

  function next(): Buffer | undefined {
    return outgoing.writableNeedDrain ? undefined : place?.next();
  }

  function begin(): boolean {
    if (outgoing.headersSent) return true;
    const head = log.head();
    if (!head) return false;
    outgoing.writeHead(head.status, { ...head.headers, ...headers() });
    if (String(head.headers['content-type']).startsWith('text/event-stream'))
      outgoing.socket?.setNoDelay(true);
    return true;
  }

  function wait(): void {
    outgoing.off('drain', pump);
    outgoing.once('drain', pump);
    // Until then the times of the request itself hold.
    if (!log.ended()) return;
    clearTimeout(patience);
    patience = setTimeout(() => outgoing.destroy(), patienceMs);
    patience.unref();
  }

  function leave(): void {
    clearTimeout(patience);
    outgoing.off('drain', pump);
    outgoing.off('finish', finished);
    place?.leave();
  }

  function finished(): void {
    leave();
    onDelivered();
  }

  place = log.follow({
    wake: pump,
    beat(comment) {
      // One that is behind has bytes on the way anyhow.
      if (outgoing.headersSent && !outgoing.writableNeedDrain && !outgoing.writableEnded)
        outgoing.write(comment);
    },
    cut: () => outgoing.destroy(),
  });
  if (!place) return undefined;
  outgoing.once('finish', finished);
  pump();
  return leave;
}
