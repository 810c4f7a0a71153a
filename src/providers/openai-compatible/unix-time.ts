// `created` of an answer: Unix seconds. Some upstreams give milliseconds.

const tooLate = 1e11;

export function isUnixTime(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < tooLate;
}
