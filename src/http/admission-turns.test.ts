import { expect, test } from 'vitest';
import { createTurnMeter } from './admission-turns.ts';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function work(cpuMs: number): void {
  const used = process.threadCpuUsage();
  for (;;) {
    const { user, system } = process.threadCpuUsage(used);
    if (user + system >= cpuMs * 1000) return;
  }
}

test('where requests go side by side through short turns and a long one, the long one is seen', async () => {
  const told: number[] = [];
  const meter = createTurnMeter(
    () => performance.now(),
    ({ cpuMs }) => {
      told.push(cpuMs);
      return false;
    },
  );
  for (let round = 0; round < 5; round++) {
    meter.look();
    await nextTurn();
    await nextTurn();
    work(40);
    await nextTurn();
  }
  expect(told.filter((cpuMs) => cpuMs >= 40).length).toBeGreaterThanOrEqual(3);
});

test('nothing is measured that nobody asked for', async () => {
  let told = 0;
  const meter = createTurnMeter(
    () => performance.now(),
    () => {
      told++;
      return false;
    },
  );
  meter.look();
  for (let turn = 0; turn < 20; turn++) await nextTurn();
  const after = told;
  for (let turn = 0; turn < 20; turn++) await nextTurn();
  expect(after).toBeGreaterThan(0);
  expect(told).toBe(after);
});
