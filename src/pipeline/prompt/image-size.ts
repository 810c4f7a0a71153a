// Width and height of an image from the first bytes of its data URL. Nothing is decoded, and nothing is believed of the
// media type: the bytes say what they are.

export interface ImageSize {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Where the sizes of the small formats lie. */
const shortHead = 64;
/** A photo's size lies behind what its camera and its editor wrote: previews, colour profiles. */
const longHead = 1024 * 1024;

/** `undefined` when it is no data URL, of another format, or broken. */
export function imageSizeOf(url: string): ImageSize | undefined {
  if (!url.startsWith('data:')) return undefined;
  const start = url.indexOf(',') + 1;
  if (start === 0) return undefined;
  const head = decodedHead(url, start, shortHead);
  const size =
    pngSize(head) ??
    gifSize(head) ??
    webpSize(head) ??
    (isJpeg(head) ? jpegSize(decodedHead(url, start, longHead)) : undefined);
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}

function decodedHead(url: string, start: number, bytes: number): Buffer {
  return Buffer.from(url.slice(start, start + Math.ceil(bytes / 3) * 4), 'base64');
}

/** PNG specification, 5.2 and 11.2.1: the header chunk is the first. */
function pngSize(head: Buffer): ImageSize | undefined {
  if (head.length < 24 || head.readUInt32BE(0) !== 0x89504e47 || head.readUInt32BE(4) !== 0x0d0a1a0a) return;
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
}

/** GIF89a, 18: the logical screen descriptor. */
function gifSize(head: Buffer): ImageSize | undefined {
  if (head.length < 10 || head.toString('latin1', 0, 4) !== 'GIF8') return;
  return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
}

/** WebP container specification; RFC 6386 section 9.1 for the lossy kind. */
function webpSize(head: Buffer): ImageSize | undefined {
  if (head.length < 30 || head.toString('latin1', 0, 4) !== 'RIFF') return;
  switch (head.toString('latin1', 8, 16)) {
    case 'WEBPVP8 ':
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
    case 'WEBPVP8L': {
      const bits = head.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'WEBPVP8X':
      return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}

function isJpeg(head: Buffer): boolean {
  return head.length > 3 && head.readUInt16BE(0) === 0xffd8;
}

/** ITU T.81, B.1.1.3 and B.2.2: segments up to the start of a frame, which has the size. */
function jpegSize(head: Buffer): ImageSize | undefined {
  for (let at = 2; at + 9 < head.length; ) {
    if (head[at] !== 0xff) return undefined;
    const marker = head[at + 1] as number;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: head.readUInt16BE(at + 7), height: head.readUInt16BE(at + 5) };
    const standsAlone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    at += standsAlone ? 2 : 2 + head.readUInt16BE(at + 2);
  }
  return undefined;
}
