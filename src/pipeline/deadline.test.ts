import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startDeadline } from './deadline.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

function started(ms: number) {
  const passed: number[] = [];
  const deadline = startDeadline(ms, () => passed.push(performance.now()));
  return { deadline, passed };
}

test('passes once, on time', () => {
  const { passed } = started(100);
  vi.advanceTimersByTime(99);
  expect(passed).toHaveLength(0);
  vi.advanceTimersByTime(1000);
  expect(passed).toHaveLength(1);
});

test('moved back again and again it does not pass, and costs no new timer each time', () => {
  const { deadline, passed } = started(100);
  for (let count = 0; count < 50; count++) {
    vi.advanceTimersByTime(60);
    deadline.extend(100);
    expect(vi.getTimerCount()).toBe(1);
  }
  expect(passed).toHaveLength(0);
  vi.advanceTimersByTime(99);
  expect(passed).toHaveLength(0);
  vi.advanceTimersByTime(2);
  expect(passed).toHaveLength(1);
});

test('moved forward it passes earlier', () => {
  const { deadline, passed } = started(10_000);
  deadline.extend(50);
  vi.advanceTimersByTime(51);
  expect(passed).toHaveLength(1);
});

test('stopped it never passes, and extending it then changes nothing', () => {
  const { deadline, passed } = started(100);
  deadline.stop();
  deadline.extend(10);
  vi.advanceTimersByTime(1000);
  expect(passed).toHaveLength(0);
  expect(vi.getTimerCount()).toBe(0);
});
