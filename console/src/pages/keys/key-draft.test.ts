// What a form holds becomes what the API takes, and a change only what differs.
import { expect, it } from 'vitest';
import { changeOf, emptyDraft, linesOf, localTime, newKeyOf } from './key-draft.ts';

it('a new key has what was chosen, and nothing else', () => {
  expect(newKeyOf({ ...emptyDraft, name: ' a ' })).toEqual({
    name: 'a',
    models: null,
    allowed_ips: null,
    options: null,
  });
  const draft = {
    ...emptyDraft,
    name: 'b',
    project: 'proj_1',
    models: ['m'],
    ips: '10.0.0.0/8\n\n ::1 ,',
    expires: localTime(new Date('2030-01-02T03:04:00Z')),
    maxOutputTokens: '100',
    logContent: 'never' as const,
    limits: [
      { metric: 'cost' as const, window: 'month' as const, amount: '$1,000.5' },
      { metric: 'concurrent' as const, window: 'month' as const, amount: '3' },
    ],
  };
  expect(newKeyOf(draft)).toEqual({
    name: 'b',
    project: 'proj_1',
    models: ['m'],
    allowed_ips: ['10.0.0.0/8', '::1'],
    expires_at: '2030-01-02T03:04:00.000Z',
    options: { max_output_tokens: 100, log_content: false },
    limits: [
      { metric: 'cost', window: 'month', amount: '1000.5' },
      { metric: 'concurrent', amount: '3' },
    ],
  });
});

it('a change has what differs', () => {
  expect(changeOf(emptyDraft, emptyDraft)).toEqual({});
  expect(changeOf({ ...emptyDraft, name: 'a' }, { ...emptyDraft, name: 'b' })).toEqual({ name: 'b' });
  expect(changeOf({ ...emptyDraft, models: ['m'], ips: '::1' }, emptyDraft)).toEqual({
    models: null,
    allowed_ips: null,
  });
  expect(changeOf(emptyDraft, { ...emptyDraft, maxOutputTokens: '1e9' })).toEqual({
    options: { max_output_tokens: '1e9' },
  });
});

it('lines are parted by commas too', () => {
  expect(linesOf('a, b\n\nc')).toEqual(['a', 'b', 'c']);
});
