// Times of LiteLLM, in seconds and often with a fraction, as tollgate.yaml writes them.
const longestSeconds = 24 * 3600;

/** `30` -> `30s`, `0.5` -> `500ms`, at most `24h`; `undefined` for 0 and less. */
export function durationText(seconds: number): string | undefined {
  const bounded = Math.min(seconds, longestSeconds);
  const ms = Math.round(bounded * 1000);
  if (!(ms > 0)) return undefined;
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
