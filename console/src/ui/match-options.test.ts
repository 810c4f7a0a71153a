import { describe, expect, it } from 'vitest';
import { matchOptions, mostShown } from './match-options.ts';

const option = (label: string, ...keywords: string[]) => ({ value: label, label, keywords });
const labels = (options: readonly { label: string }[], typed: string) =>
  matchOptions(
    options.map(({ label, ...rest }) => ({ value: label, label, ...rest })),
    typed,
  ).shown.map((each) => each.label);

describe('options that fit what was typed', () => {
  const models = [
    option('azure-gpt-5.1', 'azure'),
    option('gpt-5.1', 'openai'),
    option('gpt-5.1-mini', 'openai'),
  ];

  it('are all of them before anything is', () => {
    expect(labels(models, '  ')).toEqual(['azure-gpt-5.1', 'gpt-5.1', 'gpt-5.1-mini']);
  });

  it('begin with it first, whatever the case', () => {
    expect(labels(models, 'GPT')).toEqual(['gpt-5.1', 'gpt-5.1-mini', 'azure-gpt-5.1']);
  });

  it('have every word, also in what else they are found by', () => {
    expect(labels(models, 'openai mini')).toEqual(['gpt-5.1-mini']);
  });

  it('are no similar ones where one has the very text', () => {
    const many = Array.from({ length: 500 }, (_, at) => option(`model-number-${at}`));
    expect(labels(many, 'number-499')).toEqual(['model-number-499']);
  });

  it('have its letters in order where none has the text', () => {
    expect(labels(models, 'gpt51m')).toEqual(['gpt-5.1-mini']);
    expect(labels(models, 'zzz')).toEqual([]);
  });

  it('are bounded, and the rest is counted', () => {
    const many = Array.from({ length: 506 }, (_, at) => option(`model-${at}`));
    const { shown, more } = matchOptions(many, 'model');
    expect(shown).toHaveLength(mostShown);
    expect(more).toBe(506 - mostShown);
  });
});
