// A filter of requests, asked of one row: for what is shown while it happens. store/sql/request-filter.ts says the same in SQL.
import { errorCodes, isIdPrefix, type RequestFilter, type RequestRow } from './request-search.ts';

export function matchesFilter(row: RequestRow, filter: RequestFilter): boolean {
  const { error, text } = filter;
  return (
    isSame(row.keyId, filter.keyId) &&
    isSame(row.projectId, filter.projectId) &&
    isSame(row.model, filter.model) &&
    isSame(row.provider, filter.provider) &&
    isSame(row.endUser, filter.endUser) &&
    isSame(row.state, filter.state) &&
    isSame(row.partial, filter.partial) &&
    isSame(row.recovered, filter.recovered) &&
    isSame(row.stream, filter.stream) &&
    isBetween(row.cost, filter.minCost, filter.maxCost) &&
    isBetween(row.durationMs, filter.minDurationMs, filter.maxDurationMs) &&
    isBetween(row.firstTokenMs, filter.minFirstTokenMs, filter.maxFirstTokenMs) &&
    (filter.from === undefined || row.startedAt >= filter.from) &&
    (filter.to === undefined || row.startedAt < filter.to) &&
    (error === undefined || hasError(row, error)) &&
    (text === undefined || hasText(row, text))
  );
}

function isSame<Value>(value: Value, wanted: Value | undefined): boolean {
  return wanted === undefined || value === wanted;
}

/** What is not known is between no bounds. */
function isBetween<Amount extends bigint | number>(
  value: Amount | undefined,
  least: Amount | undefined,
  most: Amount | undefined,
): boolean {
  if (least === undefined && most === undefined) return true;
  if (value === undefined) return false;
  return (least === undefined || value >= least) && (most === undefined || value <= most);
}

function hasError(row: RequestRow, wanted: string): boolean {
  if (wanted === 'any') return row.error !== undefined;
  if (wanted === 'none') return row.error === undefined;
  return row.error !== undefined && errorCodes(wanted).includes(row.error);
}

function hasText({ id }: RequestRow, text: string): boolean {
  return isIdPrefix(text) ? id.startsWith(text) : id.toLowerCase().includes(text.toLowerCase());
}
