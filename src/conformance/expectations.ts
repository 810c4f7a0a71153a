// The few comparisons that all checks are made of. Each returns what is wrong, nothing when all is well.
import { at, has, isObject, type JsonObject, shown } from './look.ts';
import { Failed, type Mismatch, Skip } from './outcome.ts';
import type { Reply } from './server.ts';

export function mismatch(at: string, expected: string, actual: unknown): Mismatch[] {
  return [{ at, expected, actual: shown(actual) }];
}

export function equal(at: string, actual: unknown, expected: unknown): Mismatch[] {
  return actual === expected ? [] : mismatch(at, shown(expected), actual);
}

export function oneOf(at: string, actual: unknown, expected: readonly unknown[]): Mismatch[] {
  return expected.includes(actual) ? [] : mismatch(at, expected.map(shown).join(' or '), actual);
}

export function that(holds: boolean, at: string, expected: string, actual: unknown): Mismatch[] {
  return holds ? [] : mismatch(at, expected, actual);
}

const kinds = {
  'a string': (value: unknown) => typeof value === 'string',
  'a string that is not empty': (value: unknown) => typeof value === 'string' && value !== '',
  'a string or null': (value: unknown) => typeof value === 'string' || value === null,
  'a whole number, 0 or more': (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0,
  'a number': (value: unknown) => typeof value === 'number' && Number.isFinite(value),
  'an object': isObject,
  'an array': Array.isArray,
  'an array with elements': (value: unknown) => Array.isArray(value) && value.length > 0,
} as const;

export function kind(at: string, actual: unknown, expected: keyof typeof kinds): Mismatch[] {
  return that(kinds[expected](actual), at, expected, actual);
}

/** The member is there, whatever it is. */
export function present(at: string, value: unknown, name: string): Mismatch[] {
  return has(value, name) ? [] : [{ at: `${at}.${name}`, expected: 'to be there', actual: 'no such key' }];
}

/** The member is not there, not even as `null` or `[]`. */
export function absent(at: string, value: unknown, name: string): Mismatch[] {
  return has(value, name) ? mismatch(`${at}.${name}`, 'no such key', (value as JsonObject)[name]) : [];
}

export interface ExpectedError {
  readonly status: number | readonly number[];
  readonly code: string | null | readonly (string | null)[];
  /** `undefined`: any. */
  readonly param?: string | RegExp | null;
}

/** A refusal: the status, JSON, and the error envelope with all four keys. */
export function refused(at: string, reply: Reply, expected: ExpectedError): Mismatch[] {
  const statuses = [expected.status].flat();
  if (!statuses.includes(reply.status)) {
    return mismatchOf(at, `status ${statuses.join(' or ')}${wording(expected)}`, told(reply));
  }
  const broken = envelope(at, reply);
  if (broken.length > 0) return broken;
  const error = errorOf(reply);
  return [
    ...oneOf(`${at}: code`, error.code, [expected.code].flat()),
    ...(expected.param === undefined ? [] : paramIs(at, error.param, expected.param)),
  ];
}

/** Whatever the error, its shape: CONTRACT section 4. */
export function envelope(at: string, reply: Reply): Mismatch[] {
  const type = reply.headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(type)) return mismatch(`${at}: content-type`, 'application/json', type);
  const error = errorOf(reply);
  return [
    ...['message', 'type', 'param', 'code'].flatMap((name) => present(`${at}: error`, error, name)),
    ...kind(`${at}: error.message`, error.message, 'a string that is not empty'),
    ...kind(`${at}: error.type`, error.type, 'a string that is not empty'),
  ];
}

export function errorOf(reply: Reply): Readonly<Record<string, unknown>> {
  const error = at(reply.json, 'error');
  return isObject(error) ? error : {};
}

/** Ends the check unless the answer has status 200. */
export function answered(at: string, reply: Reply): void {
  if (reply.status !== 200) throw new Failed(mismatchOf(at, 'status 200', told(reply)));
}

/**
 * As `answered`, for what a server may do without: a refusal in the right shape skips the check, for the server says
 * clearly that it cannot.
 */
export function offered(what: string, reply: Reply): void {
  if (reply.status === 200) return;
  if ([400, 404, 422, 501].includes(reply.status) && envelope(what, reply).length === 0) {
    throw new Skip(`the server refuses ${what}: ${String(errorOf(reply).message)}`);
  }
  answered(what, reply);
}

/** A reply in a few words. */
export function told(reply: Reply): string {
  const { message, code, param } = errorOf(reply);
  if (message === undefined) {
    const { text } = reply;
    return `status ${reply.status}, ${text === '' ? 'nothing' : text.length > 120 ? `${text.slice(0, 117)}…` : text}`;
  }
  return `status ${reply.status}, code ${shown(code)}, param ${shown(param)}: ${shown(message)}`;
}

function mismatchOf(at: string, expected: string, actual: string): Mismatch[] {
  return [{ at, expected, actual }];
}

function wording({ code, param }: ExpectedError): string {
  const codes = [code].flat().map(shown).join(' or ');
  const place = param instanceof RegExp ? `like ${param.source}` : shown(param);
  return `, code ${codes}${param === undefined ? '' : `, param ${place}`}`;
}

function paramIs(at: string, actual: unknown, expected: string | RegExp | null): Mismatch[] {
  if (!(expected instanceof RegExp)) return equal(`${at}: param`, actual, expected);
  return that(
    typeof actual === 'string' && expected.test(actual),
    `${at}: param`,
    `like ${expected.source}`,
    actual,
  );
}
