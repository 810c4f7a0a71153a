// Writes a message as protobuf, by a table of its fields: https://protobuf.dev/programming-guides/encoding/. It takes messages as
// their JSON form has them, so that there is one description of what is sent. Knows no message; those are in protobuf-shapes.ts.

/** How a value stands in the message, and how in JSON: 64-bit integers are text there, bytes hexadecimal. */
export type Scalar = 'string' | 'bool' | 'enum' | 'int64' | 'double' | 'fixed64' | 'bytes';

/** Fields by their name in JSON. */
export interface Shape {
  readonly [name: string]: readonly [number: number, type: Scalar | Shape];
}

/**
 * What is there is written, defaults too: a value that a `oneof` chose must not go missing for being 0. Lists of numbers are
 * packed. Throws for a member that the table does not have.
 */
export function encodeProtobuf(message: object, shape: Shape): Uint8Array {
  const writer = new Writer();
  writer.message(message, shape);
  return writer.written();
}

const varint = 0;
const eightBytes = 1;
const lengthDelimited = 2;

class Writer {
  #bytes = Buffer.allocUnsafe(4096);
  #end = 0;

  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#end);
  }

  message(message: object, shape: Shape): void {
    for (const [name, value] of Object.entries(message) as [string, unknown][]) {
      if (value === undefined) continue;
      const field = shape[name];
      if (!field) throw new Error(`no field ${name}`);
      const [number, type] = field;
      if (!Array.isArray(value)) this.#field(number, type, value);
      else if (type === 'double' || type === 'fixed64') this.#packed(number, type, value);
      else for (const one of value) this.#field(number, type, one);
    }
  }

  #field(number: number, type: Scalar | Shape, value: unknown): void {
    if (typeof type === 'object') {
      this.#delimited(number, () => this.message(value as object, type));
    } else if (type === 'string' || type === 'bytes') {
      const encoding = type === 'string' ? 'utf8' : 'hex';
      const text = String(value);
      const length = Buffer.byteLength(text, encoding);
      this.#varint((number << 3) | lengthDelimited);
      this.#varint(length);
      this.#room(length);
      this.#end += this.#bytes.write(text, this.#end, encoding);
    } else {
      this.#varint((number << 3) | (type === 'double' || type === 'fixed64' ? eightBytes : varint));
      this.#scalar(type, value);
    }
  }

  #packed(number: number, type: 'double' | 'fixed64', values: readonly unknown[]): void {
    this.#varint((number << 3) | lengthDelimited);
    this.#varint(values.length * 8);
    for (const value of values) this.#scalar(type, value);
  }

  #scalar(type: Exclude<Scalar, 'string' | 'bytes'>, value: unknown): void {
    if (type === 'double') {
      this.#room(8);
      this.#end = this.#bytes.writeDoubleLE(Number(value), this.#end);
    } else if (type === 'fixed64') {
      this.#room(8);
      this.#end = this.#bytes.writeBigUInt64LE(BigInt(String(value)), this.#end);
    } else {
      this.#varint(Number(value));
    }
  }

  /** Its length is known once it is written: most are below 128, so one byte is left for it, and the others move up. */
  #delimited(number: number, write: () => void): void {
    this.#varint((number << 3) | lengthDelimited);
    this.#room(1);
    const start = ++this.#end;
    write();
    const length = this.#end - start;
    const more = sizeOf(length) - 1;
    if (more > 0) {
      this.#room(more);
      this.#bytes.copyWithin(start + more, start, this.#end);
    }
    this.#end = start - 1;
    this.#varint(length);
    this.#end += length;
  }

  /** Integers that a double holds; negative ones as 64 bits of two's complement. */
  #varint(value: number): void {
    this.#room(10);
    if (value < 0) {
      for (let rest = BigInt.asUintN(64, BigInt(value)); rest > 0n; rest >>= 7n) {
        this.#bytes[this.#end++] = Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0);
      }
      return;
    }
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#bytes[this.#end++] = (rest % 128) | 0x80;
    this.#bytes[this.#end++] = rest;
  }

  #room(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#end + bytes));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}

function sizeOf(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) size++;
  return size;
}
