import { expect, test } from 'vitest';
import { createTransferMeter, type TransferProgress } from './transfer-meter.ts';

function meterAt() {
  let now = 0;
  const reports: TransferProgress[] = [];
  const clock = { now: () => now, monotonic: () => now };
  const meter = createTransferMeter('Tiny', clock, (report) => reports.push(report));
  return {
    reports,
    at: (time: number, bytes: number, last?: boolean) => {
      now = time;
      meter.at(bytes, 10_000, last);
      return reports.at(-1);
    },
  };
}

test('speed is that of the last seconds, not of the whole', () => {
  const { at } = meterAt();
  at(0, 0);
  for (let second = 1; second <= 20; second++) at(second * 1000, second * 100);
  expect(at(21_000, 2000)).toMatchObject({ bytes: 2000, bytesPerSecond: 80, etaSeconds: 100 });
});

test('reports at most ten times a second, and the last in any case', () => {
  const { at, reports } = meterAt();
  for (let time = 0; time < 1000; time += 10) at(time, time);
  expect(reports).toHaveLength(10);
  at(1000, 1000);
  at(1001, 1001, true);
  expect(reports.at(-1)?.bytes).toBe(1001);
});

test('what a transfer resumes from is not counted as speed, and starting over is not negative', () => {
  const { at } = meterAt();
  expect(at(0, 5000)).toMatchObject({ bytesPerSecond: 0, etaSeconds: undefined });
  expect(at(1000, 6000)).toMatchObject({ bytesPerSecond: 1000, etaSeconds: 4 });
  expect(at(2000, 0)).toMatchObject({ bytesPerSecond: 0, etaSeconds: undefined });
});
