// Time and identity are handed in, so tests need no sleep and no mock of the platform.
import { randomBytes } from 'node:crypto';

export interface Clock {
  /** Unix time in ms. */
  now(): number;
  /** Milliseconds from an arbitrary start; never runs backwards. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const codes = Buffer.from(alphabet);

/** `length` base62 characters from the system's random source, without modulo bias. */
export function randomBase62(length: number): string {
  const text = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && filled < length) text[filled++] = codes[byte % 62] as number;
    }
  }
  return text.toString('latin1');
}

export type IdSource = () => string;

/**
 * Ids that sort by time: 8 base62 characters of Unix ms, then 14 random ones. Random bytes are drawn in
 * blocks, since one draw per request costs more than everything else in it.
 */
export function createIdSource(prefix: string, clock: Clock): IdSource {
  let block = '';
  let used = 0;
  let lastTime = -1;
  let stamp = '';
  return () => {
    if (used + 14 > block.length) {
      block = randomBase62(14 * 64);
      used = 0;
    }
    const random = block.slice(used, used + 14);
    used += 14;
    const time = clock.now();
    if (time !== lastTime) {
      lastTime = time;
      stamp = prefix + base62(time, 8);
    }
    return stamp + random;
  };
}

function base62(value: number, width: number): string {
  let rest = value;
  let text = '';
  for (let index = 0; index < width; index++) {
    text = alphabet[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
