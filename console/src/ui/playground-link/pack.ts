// JSON in a few characters of an address: deflated, in the alphabet that addresses carry as it is (RFC 4648 section 5). Both ways
// use what browsers have built in.

/** Unpacked, what a link may have: more is a trick to fill memory. */
const largestJson = 4_000_000;
const prefix = 'c1.';

export async function pack(value: unknown): Promise<string> {
  const bytes = await through(
    new CompressionStream('deflate-raw'),
    new TextEncoder().encode(JSON.stringify(value)),
  );
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return prefix + btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** `undefined` when it was not made by `pack`, or was cut off on its way. */
export async function unpack(text: string): Promise<unknown> {
  if (!text.startsWith(prefix)) return undefined;
  try {
    const binary = atob(text.slice(prefix.length).replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const json = await through(new DecompressionStream('deflate-raw'), bytes, largestJson);
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)) as unknown;
  } catch {
    return undefined;
  }
}

/** Throws when it makes more than `most` bytes of it. */
async function through(
  transform: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
  most = Number.POSITIVE_INFINITY,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = transform.writable.getWriter();
  // What fails here fails the reader below as well.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = transform.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new RangeError('more than a link may have');
    }
    pieces.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
