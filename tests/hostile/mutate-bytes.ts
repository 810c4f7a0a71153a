// Damage to bytes, whatever they mean: flipped bits, cuts, doubled and foreign pieces, bytes that are no UTF-8.
import type { Random } from './random.ts';

const foreign = [
  Buffer.of(0x00),
  Buffer.of(0xff, 0xfe),
  Buffer.of(0xc0, 0xaf),
  Buffer.of(0xed, 0xa0, 0x80),
  Buffer.of(0xf0, 0x9f),
  Buffer.of(0xef, 0xbb, 0xbf),
  Buffer.from('"'),
  Buffer.from('\\'),
  Buffer.from('\\u'),
  Buffer.from('\\ud800'),
  Buffer.from('\r\n'),
  Buffer.from('\n\n'),
  Buffer.from('{'),
  Buffer.from('}'),
  Buffer.from('['),
  Buffer.from(']'),
  Buffer.from(','),
  Buffer.from(':'),
  Buffer.from('null'),
  Buffer.from('-1'),
  Buffer.from('1e999'),
  Buffer.from('"__proto__":'),
];

/** One to four changes. */
export function mutateBytes(given: Buffer, random: Random): Buffer {
  let bytes = given;
  for (let left = 1 + random.below(4); left > 0; left--) bytes = mutateOnce(bytes, random);
  return bytes;
}

function mutateOnce(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const length = Math.min(bytes.length - at, 1 + random.below(random.chance(0.3) ? 200 : 8));
  const [before, piece, after] = [
    bytes.subarray(0, at),
    bytes.subarray(at, at + length),
    bytes.subarray(at + length),
  ];
  switch (random.below(7)) {
    case 0:
    case 1: {
      const flipped = Buffer.from(bytes);
      if (at < flipped.length) flipped[at] = (flipped[at] as number) ^ (1 << random.below(8));
      return flipped;
    }
    case 2:
      return Buffer.concat([before, after]);
    case 3:
      return Buffer.concat([before, piece, piece, after]);
    case 4:
      return Buffer.concat([before, random.pick(foreign), after]);
    case 5:
      return Buffer.concat([before, random.pick(foreign), piece, after]);
    default:
      return random.chance(0.3) ? before : Buffer.concat([after, before]);
  }
}

/** Where to cut `length` bytes into packets. */
export function randomCuts(length: number, random: Random): number[] {
  const count = random.pick([0, 0, 1, 2, 5, 12]);
  return Array.from({ length: count }, () => random.below(length + 1)).sort((a, b) => a - b);
}

export function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((place) => Math.min(place, bytes.length)), bytes.length];
  return places
    .slice(1)
    .map((end, index) => bytes.subarray(places[index], end))
    .filter((piece) => piece.length > 0);
}
