// Things of the audit log have names, limits too.
import { expect, it } from 'vitest';
import { actionWords, kindWords, targetName } from './audit-words.ts';

it.each([
  [{ id: 'key_1', name: 'Billing' }, 'Billing'],
  [{ metric: 'cost', amount: '50000000000', unit: 'nano-USD', window: 'month' }, '$50.00 a month'],
  [{ metric: 'tokens', amount: '2000000', window: 'day' }, '2,000,000 tokens a day'],
  [{ metric: 'concurrent', amount: '32', window: 'lifetime' }, '32 requests at a time'],
  [{ id: 'x' }, undefined],
  [null, undefined],
])('%o is %s', (facts, name) => expect(targetName(facts)).toBe(name));

it('leaves what it has no words for as it is', () => {
  expect(actionWords('key.revoke')).toBe('revoked API key');
  expect(actionWords('thing.happen')).toBe('thing.happen');
  expect(kindWords('thing')).toBe('Things');
});
