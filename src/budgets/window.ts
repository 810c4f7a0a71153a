// Calendar windows: from a moment and a time zone to where its month, week, day or hour begins and ends. Pure; knows no
// counter. Offsets come from the runtime's own time-zone database (Intl), so daylight saving is in them.
import type { LimitWindow } from '../core/limits.ts';

export interface Span {
  /** Unix ms, inclusive. */
  readonly start: number;
  /** Unix ms, exclusive; Infinity when it never ends. */
  readonly end: number;
}

const lifetime: Span = { start: 0, end: Number.POSITIVE_INFINITY };
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Remembers the last span of each window and zone: almost every request falls into it. */
export type WindowOf = (window: LimitWindow, timeZone: string, at: number) => Span;

export function createWindowOf(): WindowOf {
  const spans = new Map<string, Span>();
  const formats = new Map<string, Intl.DateTimeFormat>();

  function formatOf(timeZone: string): Intl.DateTimeFormat {
    let format = formats.get(timeZone);
    if (!format) {
      format = wallClockFormat(timeZone);
      formats.set(timeZone, format);
    }
    return format;
  }

  return (window, timeZone, at) => {
    // `minute` slides; its counter is one for all time.
    if (window === 'lifetime' || window === 'minute') return lifetime;
    const key = `${window} ${timeZone}`;
    const known = spans.get(key);
    if (known && at >= known.start && at < known.end) return known;
    const span = spanOf(window, formatOf(timeZone), at);
    spans.set(key, span);
    return span;
  };
}

/** Whether the runtime knows the zone. */
export function isTimeZone(name: string): boolean {
  try {
    wallClockFormat(name);
    return true;
  } catch {
    return false;
  }
}

function wallClockFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

function spanOf(window: 'month' | 'week' | 'day' | 'hour', format: Intl.DateTimeFormat, at: number): Span {
  const wall = wallClock(format, at);
  if (window === 'hour') {
    // A local hour is an hour of UTC shifted by the zone's minutes, also where a day has 23 or 25 of them.
    const start = at - (((wall % hourMs) + hourMs) % hourMs);
    return { start, end: start + hourMs };
  }
  const date = new Date(wall);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const [first, next] =
    window === 'month'
      ? [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)]
      : window === 'week'
        ? weekOf(Date.UTC(year, month, day), date.getUTCDay())
        : [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)];
  return { start: instantOf(format, first), end: instantOf(format, next) };
}

function weekOf(midnight: number, weekday: number): [number, number] {
  const monday = midnight - ((weekday + 6) % 7) * dayMs;
  return [monday, monday + 7 * dayMs];
}

/** What clocks in the zone show at `at`, as if it were UTC. */
function wallClock(format: Intl.DateTimeFormat, at: number): number {
  const fields: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) fields[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
}

/** The first moment at which clocks in the zone show `wall` or, where a change skips it, later. */
function instantOf(format: Intl.DateTimeFormat, wall: number): number {
  const offsetAt = (at: number) => wallClock(format, at) - at;
  // The offsets in force a day before and a day after are those between which a change may lie.
  const candidates = [wall - offsetAt(wall - dayMs), wall - offsetAt(wall + dayMs)].sort((a, b) => a - b);
  for (const candidate of candidates) if (wallClock(format, candidate) === wall) return candidate;
  // Skipped, as midnight in zones that change then: the day begins with the change.
  return changeBetween(format, candidates[0] ?? wall, candidates[1] ?? wall, wall);
}

/** By halves: the first moment in (low, high] whose wall clock is at or past `wall`. */
function changeBetween(format: Intl.DateTimeFormat, low: number, high: number, wall: number): number {
  let before = low - 1;
  let from = high;
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (wallClock(format, middle) >= wall) from = middle;
    else before = middle;
  }
  return from;
}
