// Messages on a stream of bytes: each is its length in four bytes and then itself. Knows nothing of what they say.
const headLength = 4;

/** Takes the bytes of a stream as they come; `receive` is given each message whole, as a view of them that is good until it returns. */
export function createFrameReader(receive: (message: Buffer) => void): (chunk: Buffer) => void {
  let pending: Buffer[] = [];
  let length = 0;
  let needed = headLength;

  return (chunk) => {
    pending.push(chunk);
    length += chunk.length;
    if (length < needed) return;
    const bytes = pending.length === 1 ? chunk : Buffer.concat(pending, length);
    let start = 0;
    needed = headLength;
    while (bytes.length - start >= headLength) {
      const end = start + headLength + bytes.readUInt32LE(start);
      if (end > bytes.length) {
        needed = end - start;
        break;
      }
      receive(bytes.subarray(start + headLength, end));
      start = end;
    }
    pending = start < bytes.length ? [bytes.subarray(start)] : [];
    length = bytes.length - start;
  };
}

/** How many bytes a message keeps free at its beginning, for `closeFrame`. */
export const frameHead = headLength;

/** Writes the length in front. `bytes`: the whole, with its head. */
export function closeFrame(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(bytes.length - headLength, 0);
  return bytes;
}
