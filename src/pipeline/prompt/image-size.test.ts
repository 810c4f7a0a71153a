import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { imageSizeOf } from './image-size.ts';

const dataUrl = (bytes: readonly number[] | Buffer, type = 'image/png') =>
  `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;

function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(25);
  header.writeUInt32BE(13, 0);
  header.write('IHDR', 4, 'latin1');
  header.writeUInt32BE(width, 8);
  header.writeUInt32BE(height, 12);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, header, deflateSync(Buffer.alloc(64))]);
}

function jpeg(width: number, height: number, metadata = 0, marker = 0xc0): Buffer {
  const segments: Buffer[] = [Buffer.from([0xff, 0xd8])];
  for (let left = metadata; left > 0; left -= 60_000) {
    const length = Math.min(left, 60_000) + 2;
    segments.push(Buffer.from([0xff, 0xe1, length >> 8, length & 0xff]), Buffer.alloc(length - 2, 0xff));
  }
  const frame = Buffer.from([
    0xff,
    0xff,
    marker,
    0,
    17,
    8,
    height >> 8,
    height & 0xff,
    width >> 8,
    width & 0xff,
  ]);
  segments.push(frame, Buffer.alloc(64));
  return Buffer.concat(segments);
}

function webp(kind: string, body: readonly number[]): Buffer {
  return Buffer.concat([
    Buffer.from(`RIFF\0\0\0\0WEBP${kind}\0\0\0\0`, 'latin1'),
    Buffer.from(body),
    Buffer.alloc(32),
  ]);
}

test.each([
  ['png', png(1024, 768), 1024, 768],
  ['gif', Buffer.concat([Buffer.from('GIF89a\x40\x01\xf0\x00', 'latin1'), Buffer.alloc(60)]), 320, 240],
  ['jpeg', jpeg(4032, 3024), 4032, 3024],
  ['progressive jpeg behind 200 kB of metadata', jpeg(640, 480, 200_000, 0xc2), 640, 480],
  ['lossy webp', webp('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01]), 640, 480],
  ['lossless webp', webp('VP8L', [0x2f, 0x7f, 0xc2, 0x77, 0x00]), 640, 480],
  ['extended webp', webp('VP8X', [0, 0, 0, 0, 0x7f, 0x02, 0x00, 0xdf, 0x01, 0x00]), 640, 480],
])('%s', (_name, bytes, width, height) => {
  expect(imageSizeOf(dataUrl(bytes))).toEqual({ width, height });
});

test.each([
  ['an address', 'https://example.com/a.png'],
  ['no data', 'data:image/png;base64,'],
  ['no comma', 'data:image/png'],
  ['noise', dataUrl(Buffer.alloc(400, 7))],
  ['a png cut short', dataUrl(png(10, 10).subarray(0, 18))],
  ['a jpeg without a frame', dataUrl(jpeg(10, 10, 70_000).subarray(0, 65_000))],
  ['a size of nothing', dataUrl(png(0, 10))],
])('%s has no known size', (_name, url) => {
  expect(imageSizeOf(url)).toBeUndefined();
});
