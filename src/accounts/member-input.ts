// What people type about themselves, checked: addresses and passwords. Errors name the field.
import { TollgateError } from '../core/errors.ts';
import { passwordProblem } from './password-rules.ts';

/** As HTML's `input type=email`, with letters of every script, and a domain with a dot or `localhost`. */
const address = /^[^\s@"(),:;<>[\\\]\p{C}]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.)+[\p{L}\p{N}-]{2,63}$/u;
const local = /^[^\s@"(),:;<>[\\\]\p{C}]{1,64}@localhost$/u;

export function isEmail(text: string): boolean {
  return text.length <= 254 && (address.test(text) || local.test(text));
}

export function requireEmail(email: string): void {
  if (isEmail(email.trim())) return;
  throw new TollgateError('invalid_value', {
    param: 'email',
    values: { reason: 'it is no e-mail address, such as ada@example.com.' },
  });
}

export function requirePassword(
  password: string,
  person: { readonly email: string; readonly name?: string | undefined },
  param = 'password',
): void {
  const reason = passwordProblem(password, person);
  if (reason !== undefined) throw new TollgateError('invalid_value', { param, values: { reason } });
}
