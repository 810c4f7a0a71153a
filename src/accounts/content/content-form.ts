// What is kept of one request in one text: prompt and answer within the bound, and what is missing of them. Compressed before it
// is sealed, because what is sealed does not compress.
import { promisify } from 'node:util';
import { gunzip as gunzipCallback, gzip as gzipCallback } from 'node:zlib';
import type { TakenContent } from '../../core/content.ts';
import { leaveOutMedia } from './leave-out-media.ts';

const gzip = promisify(gzipCallback);
const gunzip = promisify(gunzipCallback);

export interface KeptText {
  readonly text: string;
  /** As it was sent. */
  readonly bytes: number;
  /** `text` ends before it did. */
  readonly truncated: boolean;
}

export interface KeptContent {
  readonly prompt: KeptText & { readonly mediaLeftOut: number };
  readonly answer: KeptText & { readonly status: number; readonly stream: boolean };
}

export function contentOf({ prompt, answer }: TakenContent, maxBytes: number): KeptContent {
  const { bytes, leftOut } = leaveOutMedia(Buffer.from(prompt.buffer, prompt.byteOffset, prompt.length));
  const said = Buffer.concat(
    answer.pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)),
  );
  return {
    prompt: {
      text: firstBytes(bytes, maxBytes),
      bytes: prompt.length,
      truncated: bytes.length > maxBytes,
      mediaLeftOut: leftOut,
    },
    answer: {
      text: firstBytes(said, maxBytes),
      bytes: answer.bytes,
      truncated: answer.bytes > Math.min(said.length, maxBytes),
      status: answer.status,
      stream: answer.stream,
    },
  };
}

/** Up to the last whole character within the bound. */
function firstBytes(bytes: Buffer, most: number): string {
  if (bytes.length <= most) return bytes.toString('utf8');
  let end = most;
  // RFC 3629: a byte of the form 10xxxxxx goes on with a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

export async function packContent(content: KeptContent): Promise<Buffer> {
  return gzip(JSON.stringify({ form: 1, ...content }));
}

export async function unpackContent(packed: Buffer): Promise<KeptContent> {
  const { prompt, answer } = JSON.parse((await gunzip(packed)).toString('utf8')) as KeptContent;
  return { prompt, answer };
}
