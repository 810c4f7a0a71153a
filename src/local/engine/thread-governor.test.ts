import { expect, test } from 'vitest';
import { createThreadGovernor } from './thread-governor.ts';

function governed(threads: number) {
  const set: number[] = [];
  const governor = createThreadGovernor(threads, (count) => set.push(count));
  const pass = (ms: number, times: number) => {
    for (let count = 0; count < times; count++) governor.decoded(ms);
  };
  return { governor, set, pass };
}

test('passes that become many times slower cost half of the threads, down to one', () => {
  const { governor, set, pass } = governed(3);
  pass(10, 100);
  pass(500, 4);
  expect(governor.threads()).toBe(2);
  pass(12, 10);
  pass(500, 4);
  pass(12, 10);
  pass(5000, 100);
  expect(set).toEqual([3, 2, 1]);
});

test('a few slow passes, or a longer context, cost nothing', () => {
  const { governor, pass } = governed(4);
  pass(10, 10);
  for (let count = 0; count < 50; count++) {
    pass(500, 3);
    pass(10, 1);
  }
  pass(50, 1000);
  expect(governor.threads()).toBe(4);
});
