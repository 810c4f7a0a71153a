// Times of the admin API: in as RFC 3339, dates, Unix seconds or spans before now, out as ISO 8601 in UTC.
import { TollgateError } from '../core/errors.ts';

const dayMs = 86_400_000;
const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: dayMs } as const;
/** https://www.rfc-editor.org/rfc/rfc3339#section-5.6, with seconds optional. */
const dateTime = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const date = /^\d{4}-\d{2}-\d{2}$/;
/** Year 9999. */
const latest = 253_402_300_799_999;

export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

export function isoTimeOrNull(at: number | undefined): string | null {
  return at === undefined ? null : isoTime(at);
}

/** Unix ms. Throws `invalid_value` for `param`. */
export function parseTime(value: string | number, param: string): number {
  const at = timeOf(value);
  if (at !== undefined && at >= 0 && at <= latest) return at;
  throw new TollgateError('invalid_value', {
    param,
    values: {
      reason: 'a time is written as 2027-01-31T12:00:00Z, as a date, or in Unix seconds.',
    },
  });
}

function timeOf(value: string | number): number | undefined {
  if (typeof value === 'number') return Math.round(value * 1000);
  if (/^\d{1,11}$/.test(value)) return Number(value) * 1000;
  // A day that is not in the calendar would turn into one of the next month.
  const [day = ''] = value.split(/[Tt ]/, 1);
  if (!date.test(day)) return undefined;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined;
  if (date.test(value)) return midnight;
  const at = dateTime.test(value) ? Date.parse(value.replace(' ', 'T')) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** As `parseTime`, or a span before now: `-7d`. */
export function parseMoment(value: string, param: string, now: number): number {
  const [, amount, unit] = /^-(\d{1,6})([smhd])$/.exec(value) ?? [];
  if (amount === undefined) return parseTime(value, param);
  return Math.max(0, now - Number(amount) * unitMs[unit as keyof typeof unitMs]);
}

/** `30m`, `24h`, `7d`, `0`; ms. Throws `invalid_value` for `param`. */
export function parseSpan(value: string, param: string, longestMs: number): number {
  const [, amount = '', unit] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  const ms = value === '0' ? 0 : Number(amount || Number.NaN) * unitMs[(unit ?? 's') as keyof typeof unitMs];
  if (ms >= 0 && ms <= longestMs) return ms;
  throw new TollgateError('invalid_value', {
    param,
    values: { reason: `a span is written as 30m, 24h or 7d, up to ${longestMs / dayMs}d.` },
  });
}
