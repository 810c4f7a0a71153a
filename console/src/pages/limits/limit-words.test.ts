// What is said of limits is what they do.
import { describe, expect, it } from 'vitest';
import { limitSentence, limitWords, plainAmount, scopeWords } from './limit-words.ts';

describe('a scope in words', () => {
  it.each([
    [{ key: 'key_1' }, { key: 'Billing' }, 'Key “Billing”'],
    [{ key: '*' }, {}, 'Each key'],
    [{ project: 'proj_1', key: '*' }, { project: 'X' }, 'Each key in project “X”'],
    [{ project: 'proj_1', model: 'gpt-5.1' }, { project: 'X' }, 'Model “gpt-5.1” in project “X”'],
    [{ key: 'key_1', model: 'gpt-5.1' }, { key: 'B' }, 'Key “B” on model “gpt-5.1”'],
    [{ key: '*', model: '*' }, {}, 'Each key and model'],
    [{ organization: 'org_1' }, {}, 'Organization “org_1”'],
  ])('%j', (scope, names, words) => {
    expect(scopeWords(scope, names as unknown as Record<string, string>)).toBe(words);
  });
});

describe('an amount as it is typed', () => {
  it.each([
    ['cost', '50', '50'],
    ['cost', ' $1,234.50 ', '1234.50'],
    ['requests', '1 000 000', '1000000'],
    ['cost', '1e30', undefined],
    ['cost', '-1', undefined],
    ['cost', '', undefined],
    ['cost', '0.0000000001', undefined],
    ['requests', '1.5', undefined],
    ['tokens', '12345678901234567890', undefined],
  ] as const)('%s %j is %j', (metric, text, amount) => {
    expect(plainAmount(metric, text)).toBe(amount);
  });
});

it('says what happens', () => {
  expect(limitWords({ metric: 'requests', window: 'minute', amount: 1 })).toBe('1 request a minute');
  expect(limitSentence({ metric: 'cost', window: 'month', amount: '50' }, 'This key')).toBe(
    'This key stops at $50.00 a month; clients then get 429 until the first of the next month.',
  );
  expect(limitSentence({ metric: 'concurrent', window: 'lifetime', amount: '3' }, 'This key')).toBe(
    'This key has at most 3 requests at a time; one more gets 429 until another has ended.',
  );
  expect(limitSentence({ metric: 'cost', window: 'day', amount: '0.00' }, 'Each key')).toContain(
    'refused at once',
  );
  expect(limitSentence({ metric: 'cost', window: 'day', amount: 'x' }, 'Each key')).toBeUndefined();
});
