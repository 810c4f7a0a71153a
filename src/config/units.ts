// Durations and sizes as people write them in tollgate.yaml. Money has its own parser in core/money.

const durationUnits = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
/** One day: far below what a timer can hold (2^31 ms), far above any answer worth waiting for. */
const longestMs = 24 * durationUnits.h;
const durationText = /^(\d{1,9})(ms|s|m|h)$/;

/** `500ms`, `60s`, `30m`, `1h` in milliseconds; `undefined` if it is not one, is 0 or is above 24h. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = durationText.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const ms = Number(amount) * durationUnits[unit as keyof typeof durationUnits];
  return ms > 0 && ms <= longestMs ? ms : undefined;
}

const dayMs = 24 * durationUnits.h;
/** A hundred years. */
const longestDays = 36_500;

/** `400d` in milliseconds; `undefined` if it is not one, is 0 or is above 36500d. */
export function parseDays(text: string): number | undefined {
  const days = Number(/^(\d{1,5})d$/.exec(text)?.[1]);
  return days >= 1 && days <= longestDays ? days * dayMs : undefined;
}

const sizeUnits = {
  '': 1,
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
} as const;
const sizeText = /^(\d{1,12}) ?(B|KiB|MiB|GiB|kB|MB|GB|)$/;
/** Bodies are held in one buffer while they are validated. */
const largestBytes = sizeUnits.GiB;

/** `32MiB`, `10MB` or a number of bytes; `undefined` if it is not one, is 0 or is above 1GiB. */
export function parseSize(value: string | number): number | undefined {
  const [, amount, unit] = sizeText.exec(String(value)) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const bytes = Number(amount) * sizeUnits[unit as keyof typeof sizeUnits];
  return bytes > 0 && bytes <= largestBytes ? bytes : undefined;
}
