import { expect, test } from 'vitest';
import type { TransferProgress } from './fetching/transfer-meter.ts';
import { createProgressBar, formatProgress } from './progress-bar.ts';

const half: TransferProgress = {
  name: 'Tiny',
  bytes: 320_000_000,
  total: 640_000_000,
  bytesPerSecond: 8_000_000,
  etaSeconds: 40,
};

test('name, bar, percent, size, speed and time left, as wide as the terminal lets it be', () => {
  expect(formatProgress(half, 100)).toBe(
    `Tiny ${'━'.repeat(15)}${'─'.repeat(15)}  50 %  320 MB of 640 MB  8.0 MB/s  40 s left`,
  );
  expect(formatProgress(half, 60)).toMatch(/^Tiny ━+─+ {2}50 %/);
  expect(formatProgress(half, 60)).toHaveLength(60);
  expect(formatProgress(half, 30)).toBe('Tiny  50 %  320 MB of 640 MB  ');
});

test('at the start, at the end, and without a known size', () => {
  const start = { ...half, bytes: 0, bytesPerSecond: 0, etaSeconds: undefined };
  expect(formatProgress(start, 80)).toBe(`Tiny ${'─'.repeat(30)}   0 %  0 bytes of 640 MB`);
  const end = { ...half, bytes: 640_000_000, etaSeconds: 0 };
  expect(formatProgress(end, 100)).toBe(`Tiny ${'━'.repeat(30)} 100 %  640 MB of 640 MB  8.0 MB/s`);
  const unknown = { ...half, total: undefined, etaSeconds: undefined };
  expect(formatProgress(unknown, 80)).toBe('Tiny 320 MB  8.0 MB/s');
});

test('a terminal gets one line that is written over', () => {
  const written: string[] = [];
  const bar = createProgressBar({ isTTY: true, columns: 80, write: (text) => written.push(text) });
  bar.update(half);
  bar.update(half);
  bar.done();
  bar.done();
  expect(written).toHaveLength(3);
  expect(written[1]?.startsWith('\r\u001b[2KTiny ')).toBe(true);
  expect(written[2]).toBe('\n');
});

test('a pipe gets a line for every tenth and every five seconds, without control characters', () => {
  let now = 0;
  const written: string[] = [];
  const bar = createProgressBar({ write: (text) => written.push(text) }, () => now);
  for (let percent = 0; percent <= 100; percent++) bar.update({ ...half, bytes: percent * 6_400_000 });
  expect(written).toHaveLength(11);
  expect(written[5]).toBe('Tiny  50 %  320 MB of 640 MB  8.0 MB/s  40 s left\n');
  now = 5000;
  bar.update({ ...half, bytes: 640_000_000 });
  bar.done();
  expect(written).toHaveLength(12);
});
