// Which field an error of the API is about, and for a line of a list which line.
import { ApiError, fieldError } from '../../api/error.ts';
import { amountRule, plainAmount } from '../limits/limit-words.ts';
import { reasonOf } from '../limits/reason.ts';
import { type KeyDraft, linesOf } from './key-draft.ts';

/** Line by line: `Line 2 (10.0.0.0/33): …`. */
export function ipsError(error: unknown, draft: KeyDraft): string | undefined {
  const message = fieldError(error, 'allowed_ips');
  if (message === undefined || !(error instanceof ApiError)) return message;
  const index = Number(/^allowed_ips\[(\d+)\]/.exec(error.param ?? '')?.[1] ?? Number.NaN);
  const line = linesOf(draft.ips)[index];
  return line === undefined ? message : `Line ${index + 1}, “${line}”: ${reasonOf(message)}`;
}

const longestName = 100;

/** What can be said before the gateway is asked; by the names of the API. */
export function wrongDraft(draft: KeyDraft): ApiError | undefined {
  if (draft.name.trim() === '')
    return wrong('name', 'Give the key a name, such as the application that uses it.');
  const { length } = [...draft.name.trim()];
  if (length > longestName) {
    return wrong('name', `A name has up to ${longestName} characters; this one has ${length}.`);
  }
  for (const [index, limit] of draft.limits.entries()) {
    if (plainAmount(limit.metric, limit.amount) === undefined) {
      return wrong(`limits[${index}].amount`, amountRule(limit.metric));
    }
  }
  if (draft.expires !== '' && Number.isNaN(Date.parse(draft.expires))) {
    return wrong('expires_at', 'Choose a date and a time.');
  }
  return undefined;
}

function wrong(param: string, message: string): ApiError {
  return new ApiError({
    status: 400,
    code: 'invalid_value',
    param,
    message,
    requestId: null,
    retryAfter: null,
  });
}
