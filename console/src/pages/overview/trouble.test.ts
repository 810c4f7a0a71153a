import { expect, it } from 'vitest';
import type { Provider } from '../../api/contract.ts';
import { troubleOf } from './trouble.ts';

type Target = Provider['targets'][number];
const target = (changes: Partial<Target> = {}): Target => ({
  provider: 'openai',
  model: 'gpt-5.1',
  weight: 1,
  circuit: 'closed',
  wait_ms: 0,
  in_flight: 0,
  latency_ms: null,
  unavailable: null,
  last_error: null,
  ...changes,
});
const provider = (changes: Partial<Provider>) =>
  ({
    name: 'openai',
    unavailable: null,
    targets: [target()],
    secrets: [],
    models: ['gpt-5.1'],
    ...changes,
  }) as Provider;

const failure = { at: '2026-11-22T10:00:00.000Z', code: 'upstream_error', message: 'It answered 503.' };

it.each([
  [{}, 'fine', 'OK'],
  [{ unavailable: 'its key is missing' }, 'down', 'Cannot be used'],
  [{ unavailable: 'switched off', models: [] }, 'fine', 'Not used'],
  [{ targets: [target({ circuit: 'open', last_error: failure })] }, 'down', 'Not answering'],
  [{ targets: [target(), target({ circuit: 'open' })] }, 'partly', '1 of 2 models not answering'],
  [{ targets: [target({ circuit: 'half-open' })] }, 'partly', 'Being tried again'],
] satisfies [Partial<Provider>, string, string][])('%j is %s', (changes, level, word) => {
  expect(troubleOf(provider(changes))).toMatchObject({ level, word });
});

it('says what failed last, and when', () => {
  expect(troubleOf(provider({ targets: [target({ circuit: 'open', last_error: failure })] }))).toMatchObject({
    reason: failure.message,
    at: failure.at,
  });
});
