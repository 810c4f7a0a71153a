// Cuts the bytes of an event stream into events, however the network cut them. Works on bytes, so a character split
// between two packets stays whole. https://html.spec.whatwg.org/multipage/server-sent-events.html
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const colon = 0x3a;
const space = 0x20;
const dataField = Buffer.from('data');
const loneField = Buffer.from('data: ');
const loneStart = loneField.length;
/** What a line costs beside its bytes, roughly. */
const bytesPerLine = 64;
const byteOrderMark = Buffer.from('\uFEFF');

/** Gives the `data` of each event that ends in the bytes handed in; comments and other fields are dropped. */
export interface EventStreamDecoder {
  /** Throws RangeError when an event grows past the limit. */
  push(bytes: Buffer): Buffer[];
  /** The event that was cut off at the end of the stream: complete lines without the blank one behind them. */
  end(): Buffer[];
  /**
   * 6, if the bytes are `data: `, anything, and two line feeds, and nothing is left from those before; else -1. To be pushed all
   * the same where they are more than one event.
   */
  startOfLone(bytes: Buffer): number;
}

export function createEventStreamDecoder(maxEventBytes: number): EventStreamDecoder {
  return new Decoder(maxEventBytes);
}

/** One object instead of closures, and no view of bytes that nobody keeps: there is one for each open stream. */
class Decoder implements EventStreamDecoder {
  readonly #maxEventBytes: number;
  // Bytes of an unfinished line, kept in pieces: joining them on every packet would be quadratic.
  #unfinished: Buffer[] = [];
  #unfinishedBytes = 0;
  #data: Buffer[] = [];
  #dataBytes = 0;
  #isFirst = true;
  /** The last packet ended in CR: an LF at the beginning of the next belongs to it. */
  #endedInReturn = false;

  constructor(maxEventBytes: number) {
    this.#maxEventBytes = maxEventBytes;
  }

  /** A line ends with CR LF, LF or CR; a CR that ends a packet has ended its line, too. */
  push(bytes: Buffer): Buffer[] {
    const events: Buffer[] = [];
    let start = this.#endedInReturn && bytes[0] === lineFeed ? 1 : 0;
    this.#endedInReturn &&= bytes.length === 0;
    let feed = bytes.indexOf(lineFeed, start);
    let carriage = bytes.indexOf(carriageReturn, start);
    while (feed >= 0 || carriage >= 0) {
      const returned = carriage >= 0 && (feed < 0 || carriage < feed);
      const end = returned ? carriage : feed;
      if (this.#unfinished.length === 0) this.#takeLine(bytes, start, end, events);
      else this.#takeJoined(bytes.subarray(start, end), events);
      start = end + 1;
      if (returned && bytes[start] === lineFeed) start++;
      else if (returned && start === bytes.length) this.#endedInReturn = true;
      if (feed >= 0 && feed < start) feed = bytes.indexOf(lineFeed, start);
      if (carriage >= 0 && carriage < start) carriage = bytes.indexOf(carriageReturn, start);
    }
    if (start < bytes.length) {
      this.#unfinished.push(bytes.subarray(start));
      this.#unfinishedBytes += bytes.length - start;
      if (this.#unfinishedBytes > this.#maxEventBytes) throw tooLong(this.#maxEventBytes);
    }
    return events;
  }

  startOfLone(bytes: Buffer): number {
    const last = bytes.length - 1;
    // The last first: an event that goes on is told by it.
    if (bytes[last] !== lineFeed || bytes[last - 1] !== lineFeed || last < loneStart) return -1;
    if (this.#isFirst || this.#endedInReturn) return -1;
    if (this.#unfinishedBytes > 0 || this.#dataBytes > 0) return -1;
    for (let at = 0; at < loneStart; at++) if (bytes[at] !== loneField[at]) return -1;
    return loneStart;
  }

  end(): Buffer[] {
    const events = this.push(Buffer.from('\n'));
    this.#flush(events);
    return events;
  }

  /** A line that began in earlier packets. */
  #takeJoined(rest: Buffer, events: Buffer[]): void {
    const line = Buffer.concat([...this.#unfinished, rest]);
    this.#unfinished = [];
    this.#unfinishedBytes = 0;
    this.#takeLine(line, 0, line.length, events);
  }

  /** The line from `from` up to `end` of the bytes. */
  #takeLine(bytes: Buffer, from: number, end: number, events: Buffer[]): void {
    let start = from;
    if (this.#isFirst) {
      this.#isFirst = false;
      if (end - start >= byteOrderMark.length && startsWith(bytes, start, byteOrderMark)) {
        start += byteOrderMark.length;
      }
    }
    if (start === end) {
      this.#flush(events);
      return;
    }
    if (end - start < dataField.length || !startsWith(bytes, start, dataField)) return;
    start += dataField.length;
    if (start < end) {
      if (bytes[start] !== colon) return;
      start++;
      if (start < end && bytes[start] === space) start++;
    }
    this.#data.push(bytes.subarray(start, end));
    // A line is more than its bytes: endless empty ones have none.
    this.#dataBytes += end - start + bytesPerLine;
    if (this.#dataBytes > this.#maxEventBytes) throw tooLong(this.#maxEventBytes);
  }

  #flush(events: Buffer[]): void {
    const [first] = this.#data;
    if (first === undefined) return;
    events.push(this.#data.length === 1 ? first : joinLines(this.#data));
    this.#data = [];
    this.#dataBytes = 0;
  }
}

function startsWith(bytes: Buffer, start: number, beginning: Buffer): boolean {
  for (let at = 0; at < beginning.length; at++) if (bytes[start + at] !== beginning[at]) return false;
  return true;
}

function joinLines(lines: readonly Buffer[]): Buffer {
  return Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [Buffer.from('\n'), line])));
}

function tooLong(limit: number): RangeError {
  return new RangeError(`an event is longer than ${limit} bytes`);
}
