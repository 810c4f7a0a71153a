import { expect, test } from 'vitest';
import { curves, latencyAt, throughputAt } from '../../bench/legs/rates.ts';

const base = [
  { rate: 100, p99: 1 },
  { rate: 1000, p99: 1 },
];

test('latency between two measured rates is linear, and level beyond them', () => {
  const curve = [
    { rate: 100, p99: 1 },
    { rate: 200, p99: 3 },
  ];
  expect(latencyAt(curve, 150)).toBe(2);
  expect(latencyAt(curve, 50)).toBe(1);
  expect(latencyAt(curve, 900)).toBe(3);
});

test('throughput is the rate at which the added latency passes the bound', () => {
  const curve = [
    { rate: 100, p99: 2 },
    { rate: 200, p99: 4 },
    { rate: 300, p99: 14 },
  ];
  expect(throughputAt(curve, base, 2)).toBe(150);
  expect(throughputAt(curve, base, 8)).toBe(250);
  // Never that slow: at least the highest rate that was tried.
  expect(throughputAt(curve, base, 50)).toBe(300);
  expect(throughputAt(curve, base, 0.5)).toBe(0);
  // Without the mock asked directly nothing can be said, least of all that it was never too slow.
  expect(throughputAt(curve, [], 50)).toBeNaN();
});

test('a round that ended early has fewer points', () => {
  const rounds = { one: { rate0: [10, 10], p990: [1, 2], rate1: [20, 20], p991: [1] } };
  expect(curves(rounds, 'one')).toEqual([
    [
      { rate: 10, p99: 1 },
      { rate: 20, p99: 1 },
    ],
    [{ rate: 10, p99: 2 }],
  ]);
});
