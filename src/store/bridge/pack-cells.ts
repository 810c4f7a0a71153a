// Flat cells as bytes, for the way between two processes. Most cells of a row are those of the row before it (key, model, price): that is one byte
// each. V8's own serializer writes and reads every one of them again and costs several times as much.
import type { Cell } from '../sql/ledger.ts';

const same = 0;
const nothing = 1;
const small = 2;
const number = 3;
const wide = 4;
const shortText = 5;
const text = 6;
const wideText = 7;
const hugeNumber = 8;

const mostOfNumber = 9;
const longestShort = 255;

/** Bytes that are being written; grows. Its content is copied out by `take`, so that one serves for all messages. */
export interface ByteWriter {
  byte(value: number): void;
  count(value: number): void;
  bytes(value: Uint8Array): void;
  /** `width`: of a row. How many there are is for the caller to say. */
  cells(cells: readonly Cell[], width: number): void;
  /** What was written since the last time, behind `head` bytes that are left free. */
  take(): Buffer;
}

/** `head`: bytes that are left free at the beginning. */
export function createByteWriter(head: number): ByteWriter {
  let buffer = Buffer.allocUnsafe(16_384);
  let view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  let at = head;

  function need(bytes: number): void {
    if (at + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, at + bytes));
    buffer.copy(larger, 0, 0, at);
    buffer = larger;
    view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  }

  function writeText(value: string): void {
    const { length } = value;
    if (length > longestShort) {
      writeLongText(value);
      return;
    }
    need(2 + length);
    const start = at + 2;
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index);
      if (code > 255) {
        writeLongText(value);
        return;
      }
      buffer[start + index] = code;
    }
    buffer[at] = shortText;
    buffer[at + 1] = length;
    at = start + length;
  }

  /** With two bytes a character where one does not do: halves of surrogate pairs arrive as they were. */
  function writeLongText(value: string): void {
    const coding = isLatin1(value) ? 'latin1' : 'utf16le';
    const length = coding === 'latin1' ? value.length : 2 * value.length;
    need(5 + length);
    buffer[at] = coding === 'latin1' ? text : wideText;
    view.setUint32(at + 1, length, true);
    buffer.write(value, at + 5, coding);
    at += 5 + length;
  }

  function writeBigint(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) {
      buffer[at++] = hugeNumber;
      writeText(String(value));
      return;
    }
    buffer[at] = wide;
    view.setBigInt64(at + 1, value, true);
    at += mostOfNumber;
  }

  function writeCell(cell: Cell): void {
    need(mostOfNumber);
    if (typeof cell === 'string') writeText(cell);
    else if (cell === null) buffer[at++] = nothing;
    else if (typeof cell === 'bigint') writeBigint(cell);
    else if ((cell | 0) === cell) {
      buffer[at] = small;
      view.setInt32(at + 1, cell, true);
      at += 5;
    } else {
      buffer[at] = number;
      view.setFloat64(at + 1, cell, true);
      at += mostOfNumber;
    }
  }

  return {
    byte(value) {
      need(1);
      buffer[at++] = value;
    },
    count(value) {
      need(4);
      view.setUint32(at, value, true);
      at += 4;
    },
    bytes(value) {
      need(value.length);
      buffer.set(value, at);
      at += value.length;
    },
    cells(cells, width) {
      for (let index = 0; index < cells.length; index++) {
        const cell = cells[index] as Cell;
        if (index >= width && cells[index - width] === cell) {
          need(1);
          buffer[at++] = same;
        } else writeCell(cell);
      }
    },
    take() {
      const taken = Buffer.from(buffer.subarray(0, at));
      at = head;
      return taken;
    },
  };
}

export interface ByteReader {
  byte(): number;
  count(): number;
  /** What is left. */
  rest(): Buffer;
  /** `count` cells, as they were written with the same `width`. */
  cells(count: number, width: number): Cell[];
}

/** Throws RangeError where the bytes end too early or are none of `createByteWriter`. */
export function createByteReader(bytes: Buffer): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;

  function readText(length: number, coding: 'latin1' | 'utf16le'): string {
    const start = at;
    at += length;
    if (at > bytes.length) throw new RangeError('a message ends in the middle of a text');
    return bytes.toString(coding, start, at);
  }

  function readLongText(coding: 'latin1' | 'utf16le'): string {
    at += 4;
    return readText(view.getUint32(at - 4, true), coding);
  }

  function readCell(kind: number): Cell {
    switch (kind) {
      case nothing:
        return null;
      case small:
        at += 4;
        return view.getInt32(at - 4, true);
      case number:
        at += 8;
        return view.getFloat64(at - 8, true);
      case wide:
        at += 8;
        return view.getBigInt64(at - 8, true);
      case shortText:
        return readText(view.getUint8(at++), 'latin1');
      case text:
        return readLongText('latin1');
      case wideText:
        return readLongText('utf16le');
      case hugeNumber:
        at++;
        return BigInt(readText(view.getUint8(at++), 'latin1'));
      default:
        throw new RangeError(`no cell is of kind ${kind}`);
    }
  }

  return {
    byte: () => view.getUint8(at++),
    count() {
      at += 4;
      return view.getUint32(at - 4, true);
    },
    rest: () => bytes.subarray(at),
    cells(count, width) {
      const cells: Cell[] = [];
      for (let index = 0; index < count; index++) {
        const kind = view.getUint8(at++);
        cells.push(kind === same ? (cells[index - width] as Cell) : readCell(kind));
      }
      return cells;
    },
  };
}

function isLatin1(value: string): boolean {
  for (let index = 0; index < value.length; index++) if (value.charCodeAt(index) > 255) return false;
  return true;
}
