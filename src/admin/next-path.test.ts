import { describe, expect, it } from 'vitest';
import { safeNext } from './next-path.ts';

describe('the place to go to after signing in', () => {
  it.each([
    ['/', '/'],
    ['/keys?status=active#top', '/keys?status=active#top'],
    ['/requests/req_1', '/requests/req_1'],
    ['/models/meta%2Fllama', '/models/meta%2Fllama'],
  ])('%s is a page of the console', (next, path) => {
    expect(safeNext(next)).toBe(path);
  });

  it.each([
    undefined,
    '',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'javascript:alert(1)',
    ' //evil.example',
    'keys',
    '/..//evil.example/..//',
    '/admin/v1/sso/x',
    '/v1/models',
  ])('%j is not', (next) => {
    expect(safeNext(next)).toBe('/');
  });
});
