import { describe, expect, it } from 'vitest';
import { safeNext } from './next-place.ts';

describe('the place after signing in', () => {
  it.each(['/', '/keys?status=active', '/models/a%2Fb#x'])('%s is one of the console', (next) => {
    expect(safeNext(next)).toBe(next);
  });

  it.each([
    undefined,
    '',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/..//evil.example',
    'javascript:alert(1)',
    '/admin/v1/sso/x',
    '/login',
  ])('%j is not', (next) => {
    expect(safeNext(next)).toBe('/');
  });
});
