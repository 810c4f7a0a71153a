import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { errorsPage } from '../../scripts/errors-doc.ts';
import {
  type ErrorCode,
  errorCatalogue,
  TollgateError,
  toErrorBody,
  toTollgateError,
} from '../../src/core/errors.ts';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

test('docs/errors.md is what the catalogue says (node scripts/errors-doc.ts > docs/errors.md)', async () => {
  const page = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  expect(page).toBe(errorsPage());
});

test.each(codes)('%s: all four keys, a sentence, a remedy', (code) => {
  const error = new TollgateError(code);
  const { error: body } = toErrorBody(error);
  expect(Object.keys(body)).toEqual(['message', 'type', 'param', 'code']);
  expect(error.entry.message.length).toBeGreaterThan(15);
  expect(error.entry.remedy).toMatch(/\.$/);
  expect(error.status).toBeGreaterThanOrEqual(400);
  expect(error.entry.type === 'server_error').toBe(error.status >= 500);
});

test('values fill the message; what is missing stays visible', () => {
  const error = new TollgateError('integer_above_max_value', {
    param: 'n',
    values: { limit: 128, actual: 130 },
  });
  expect(error.message).toBe(
    "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 130 instead.",
  );
  expect(new TollgateError('model_not_found').message).toContain('`{model}`');
  // A value is not a template: what a client sent is not filled in a second time.
  expect(new TollgateError('model_not_found', { values: { model: '{param}$&' } }).message).toContain(
    '`{param}$&`',
  );
});

test('anything thrown becomes one of them, with its cause kept from the client', () => {
  const secret = new Error('at 10.0.0.7 with sk-secret');
  const error = toTollgateError(secret);
  expect(error).toMatchObject({ code: 'internal_error', status: 500, cause: secret });
  expect(JSON.stringify(toErrorBody(error))).not.toContain('sk-secret');
  expect(toTollgateError(error)).toBe(error);
  expect(toTollgateError(undefined).code).toBe('internal_error');
});

test('an upstream’s own code replaces the catalogue’s', () => {
  const own = new TollgateError('upstream_rejected', {
    wireCode: 'context_length_exceeded',
    param: 'messages',
  });
  expect(toErrorBody(own).error).toMatchObject({ code: 'context_length_exceeded', param: 'messages' });
  expect(toErrorBody(new TollgateError('upstream_error', { wireCode: null })).error.code).toBeNull();
});
