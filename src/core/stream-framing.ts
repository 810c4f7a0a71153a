// How the bytes of an upstream's stream become events: server-sent events mostly, binary frames at some. An adapter says which,
// the pipeline keeps to it. Knows no provider.

/** Cuts the bytes of one stream into events, however the network cut them. */
export interface StreamDecoder {
  /**
   * The events that end in the bytes handed in. Throws RangeError where an event grows past the limit, TollgateError where
   * the bytes are no event at all; what came before is given out first.
   */
  push(bytes: Buffer): Iterable<Buffer>;
  /** What is left at the end of the stream and is an event all the same. */
  end(): Iterable<Buffer>;
  /**
   * Where its data begins, if the bytes begin and end like one event of one line and nothing is left from those before; its data
   * ends two bytes before they do. -1: they do not. Whether lines end inside of them is not looked at.
   */
  startOfLone?(bytes: Buffer): number;
}

export interface StreamFraming {
  /** Fits the content type of an answer that is such a stream. */
  readonly contentType: RegExp;
  createDecoder(maxEventBytes: number): StreamDecoder;
}
