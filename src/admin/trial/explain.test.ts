import { expect, test } from 'vitest';
import { TollgateError } from '../../core/errors.ts';
import { quoteOf, sentenceOf } from './explain.ts';
import type { Trial } from './trial.ts';

const key = 'abcdefghijklmnop';
const failed = (code: TollgateError['code'], said: string, status?: number): Trial => ({
  outcome: 'failed',
  latencyMs: 1,
  ...(status === undefined ? {} : { status }),
  error: new TollgateError(code, { cause: new Error(said), values: { reason: said } }),
});

test.each([
  [`wrong key ${key}, sorry`, 'wrong key ***, sorry'],
  [`wrong key ${key.slice(0, 9)}`, 'wrong key ***'],
  ['wrong key sk-proj-0123456789abcdef', 'wrong key ***'],
  ['a\r\n\u0007b\u001b]0;title\u0007', 'a b ]0;title'],
  [`${'long '.repeat(100)}`, `${'long '.repeat(60)}…`],
])('%j is quoted without secrets, on one line', (said, quoted) => {
  expect(quoteOf(failed('upstream_auth_error', said), [key])).toBe(quoted);
});

test('what the sentence says already is not quoted again', () => {
  const trial = failed('upstream_rejected', 'max_tokens is too small', 400);
  expect(sentenceOf(trial)).toContain('max_tokens is too small');
  expect(quoteOf(trial, [])).toBeUndefined();
});

test('a cause without words is known by its code', () => {
  const cause = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
  const trial: Trial = {
    outcome: 'failed',
    latencyMs: 1,
    error: new TollgateError('upstream_error', { cause }),
  };
  expect(quoteOf(trial, [])).toBe('ECONNREFUSED');
});
