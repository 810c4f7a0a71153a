// From the parameters of `/usage` to a range of whole hours.
import { type Calendar, type Range, rangeUntilNow, startOfDate } from '../../accounts/usage-buckets.ts';
import { hourMs, hourOf } from '../../core/usage-hours.ts';
import type * as contract from '../contract/usage.ts';
import { parseMoment } from '../times.ts';
import { invalid } from './usage-invalid.ts';

const defaultSpanMs = 30 * 24 * hourMs;
const date = /^\d{4}-\d{2}-\d{2}$/;

/** `from` and `to` are widened to whole hours. Throws `invalid_value`. */
export function rangeOf(query: contract.UsageQuery, now: number, calendar: Calendar): Range {
  if (query.range !== undefined) {
    if (query.from !== undefined || query.to !== undefined) {
      throw invalid('range', 'it takes the place of `from` and `to`; send one or the other.');
    }
    return rangeUntilNow(query.range, now, calendar);
  }
  const end = query.to === undefined ? now : momentOf(query.to, 'to', now, calendar);
  const start = query.from === undefined ? end - defaultSpanMs : momentOf(query.from, 'from', now, calendar);
  if (start > end) throw invalid('from', 'it is later than `to`.');
  return { from: hourOf(Math.max(0, start)), to: hourOf(end + hourMs - 1) };
}

function momentOf(text: string, param: string, now: number, calendar: Calendar): number {
  const at = parseMoment(text, param, now);
  return date.test(text) ? Math.max(0, startOfDate(text, calendar)) : at;
}
