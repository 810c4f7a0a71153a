// Spans of time in the two forms clients get: Go's, as OpenAI's headers and messages have them, and plain words.

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `120ms`, `1.5s`, `6m0s`, `720h0m0s`; never less than what is left, so that nobody comes too early. */
export function goDuration(ms: number): string {
  if (ms < second) return `${Math.max(0, Math.ceil(ms))}ms`;
  const tenths = Math.ceil(ms / 100);
  const hours = Math.floor(tenths / 36_000);
  const minutes = Math.floor((tenths % 36_000) / 600);
  const seconds = `${(tenths % 600) / 10}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

/** `8 days`, `5 hours`, `1 minute`, `20 seconds`: the largest unit of which there are two, rounded down. */
export function durationInWords(ms: number): string {
  for (const [unit, name] of [
    [day, 'day'],
    [hour, 'hour'],
    [minute, 'minute'],
  ] as const) {
    if (ms >= 2 * unit) return `${Math.floor(ms / unit)} ${name}s`;
  }
  const seconds = Math.max(1, Math.ceil(ms / second));
  return `${seconds} second${seconds === 1 ? '' : 's'}`;
}
