import { expect, test } from 'vitest';
import { profileOf } from './profile.ts';

const messages = [{ role: 'user', content: 'Hi' }] as const;
const ask = (model: string, reasoningEffort?: Parameters<typeof profileOf>[0]['reasoningEffort']) =>
  profileOf({ model, messages, reasoningEffort }, true);

test('-thinking thinks unless told not to', () => {
  expect(ask('gpt-5.1-thinking').thinkingBudget).toBeGreaterThan(0);
  expect(ask('gpt-5.1-thinking', 'none').thinkingBudget).toBe(0);
});

test('the other names think only when told to', () => {
  for (const model of ['gpt-5.1', 'gpt-5.1-chat', 'anything']) {
    expect(ask(model).thinkingBudget).toBe(0);
    expect(ask(model, 'low').thinkingBudget).toBeGreaterThan(0);
  }
});

test('more effort is a larger budget', () => {
  const budgets = (['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const).map(
    (effort) => ask('gpt-5.1', effort).thinkingBudget,
  );
  expect(budgets).toEqual([...new Set(budgets)].sort((a, b) => a - b));
});

test('-chat brings a system prompt when the client has none', () => {
  expect(ask('gpt-5.1-chat').systemPrompt).toBeDefined();
  expect(ask('gpt-5.1').systemPrompt).toBeUndefined();
  const own = [{ role: 'system', content: 'Be terse.' }, ...messages] as const;
  const profile = profileOf({ model: 'gpt-5.1-chat', messages: own, reasoningEffort: undefined }, true);
  expect(profile.systemPrompt).toBeUndefined();
});
