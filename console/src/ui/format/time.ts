// Moments for people: relative where they are near, absolute in the tooltip. The moment of looking is handed in.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const steps: readonly (readonly [below: number, unit: Intl.RelativeTimeFormatUnit, size: number])[] = [
  [hour, 'minute', minute],
  [day, 'hour', hour],
  [30 * day, 'day', day],
  [365 * day, 'month', 30.44 * day],
  [Number.POSITIVE_INFINITY, 'year', 365.25 * day],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });

/** `just now`, `5 min. ago`, `in 3 hr.` */
export function formatRelative(at: number, now: number): string {
  const distance = at - now;
  const size = Math.abs(distance);
  if (size < 10_000) return 'just now';
  if (size < minute) return relative.format(Math.trunc(distance / 1000), 'second');
  const [, unit, length] = steps.find(([below]) => size < below) ?? ['', 'day' as const, day];
  return relative.format(Math.trunc(distance / length), unit);
}

const absolute = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** `22 Nov 2026, 23:15:07 CET`, in the reader's time zone. */
export function formatAbsolute(at: number): string {
  return absolute.format(at);
}

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** For dense lists: `23:15:07` today, `21 Nov, 23:15:07` before. */
export function formatClock(at: number, now: number): string {
  const today = new Date(now).toDateString() === new Date(at).toDateString();
  return (today ? clock : dayAndClock).format(at);
}

const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** `22 Nov 2026` */
export function formatDate(at: number): string {
  return date.format(at);
}
