// What an error of the API says of a field, for beside the field: its place names it already.
import { fieldError } from '../../api/error.ts';

/** `Invalid value for 'x': it is …` -> `It is …`. */
export function reasonOf(message: string): string {
  const reason = message.replace(/^Invalid (?:value for |type for )?'[^']*': /, '');
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}

/** `undefined` where the error is about something else. */
export function fieldReason(error: unknown, param: string): string | undefined {
  const message = fieldError(error, param);
  return message === undefined ? undefined : reasonOf(message);
}
