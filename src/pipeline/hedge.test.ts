import { expect, test } from 'vitest';
import { ClientGone } from '../core/exchange.ts';
import { hedged } from './hedge.ts';

test('a client that left before the first is asked leaves both unasked', async () => {
  const asked: string[] = [];
  const target = (model: string) => ({ provider: 'p', model, weight: 1 });
  const answer = hedged({
    first: target('a'),
    second: target('b'),
    afterMs: 1,
    signal: AbortSignal.abort(new ClientGone()),
    call: ({ model }, signal) => {
      asked.push(model);
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        setTimeout(() => reject(new Error('nobody ended it')), 50);
      });
    },
  });
  await expect(answer).rejects.toThrow(ClientGone);
  expect(asked).toEqual([]);
});
