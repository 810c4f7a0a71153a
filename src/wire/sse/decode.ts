// Cuts the bytes of an event stream into events, however the network cut them. Works on bytes, so a character split
// between two packets stays whole. https://html.spec.whatwg.org/multipage/server-sent-events.html
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const colon = 0x3a;
const space = 0x20;
const dataField = Buffer.from('data');
/** What a line costs beside its bytes, roughly. */
const bytesPerLine = 64;
const byteOrderMark = Buffer.from('\uFEFF');

/** Gives the `data` of each event that ends in the bytes handed in; comments and other fields are dropped. */
export interface EventStreamDecoder {
  /** Throws RangeError when an event grows past the limit. */
  push(bytes: Buffer): Buffer[];
  /** The event that was cut off at the end of the stream: complete lines without the blank one behind them. */
  end(): Buffer[];
}

export function createEventStreamDecoder(maxEventBytes: number): EventStreamDecoder {
  // Bytes of an unfinished line, kept in pieces: joining them on every packet would be quadratic.
  let unfinished: Buffer[] = [];
  let unfinishedBytes = 0;
  let data: Buffer[] = [];
  let dataBytes = 0;
  let isFirst = true;
  /** The last packet ended in CR: an LF at the beginning of the next belongs to it. */
  let endedInReturn = false;

  function takeLine(raw: Buffer, events: Buffer[]): void {
    const marked = isFirst && raw.subarray(0, 3).equals(byteOrderMark);
    const line = marked ? raw.subarray(3) : raw;
    isFirst = false;
    const end = line.length;
    if (end === 0) {
      flush(events);
      return;
    }
    if (end < 4 || !line.subarray(0, 4).equals(dataField)) return;
    if (end > 4 && line[4] !== colon) return;
    const start = line[5] === space ? 6 : 5;
    const value = line.subarray(Math.min(start, end), end);
    data.push(value);
    // A line is more than its bytes: endless empty ones have none.
    dataBytes += value.length + bytesPerLine;
    if (dataBytes > maxEventBytes) throw tooLong(maxEventBytes);
  }

  function flush(events: Buffer[]): void {
    const [first] = data;
    if (first === undefined) return;
    events.push(data.length === 1 ? first : joinLines(data));
    data = [];
    dataBytes = 0;
  }

  /** The bytes of a line up to here, those of earlier packets included. */
  function lineOf(bytes: Buffer): Buffer {
    if (unfinished.length === 0) return bytes;
    const line = Buffer.concat([...unfinished, bytes]);
    unfinished = [];
    unfinishedBytes = 0;
    return line;
  }

  /** A line ends with CR LF, LF or CR; a CR that ends a packet has ended its line, too. */
  function push(bytes: Buffer): Buffer[] {
    const events: Buffer[] = [];
    let start = endedInReturn && bytes[0] === lineFeed ? 1 : 0;
    endedInReturn &&= bytes.length === 0;
    let feed = bytes.indexOf(lineFeed, start);
    let carriage = bytes.indexOf(carriageReturn, start);
    while (feed >= 0 || carriage >= 0) {
      const returned = carriage >= 0 && (feed < 0 || carriage < feed);
      const end = returned ? carriage : feed;
      takeLine(lineOf(bytes.subarray(start, end)), events);
      start = end + 1;
      if (returned && bytes[start] === lineFeed) start++;
      else if (returned && start === bytes.length) endedInReturn = true;
      if (feed >= 0 && feed < start) feed = bytes.indexOf(lineFeed, start);
      if (carriage >= 0 && carriage < start) carriage = bytes.indexOf(carriageReturn, start);
    }
    if (start < bytes.length) {
      unfinished.push(bytes.subarray(start));
      unfinishedBytes += bytes.length - start;
      if (unfinishedBytes > maxEventBytes) throw tooLong(maxEventBytes);
    }
    return events;
  }

  return {
    push,
    end() {
      const events = push(Buffer.from('\n'));
      flush(events);
      return events;
    },
  };
}

function joinLines(lines: readonly Buffer[]): Buffer {
  return Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [Buffer.from('\n'), line])));
}

function tooLong(limit: number): RangeError {
  return new RangeError(`an event is longer than ${limit} bytes`);
}
