// Money is never rounded to a lie.
import { describe, expect, it } from 'vitest';
import { formatNano, formatUsd, formatUsdShort, nanoOf } from './money.ts';

describe('formatUsd', () => {
  it.each([
    ['0', '$0.00'],
    ['0.000000001', '$0.000000001'],
    ['0.000012', '$0.000012'],
    ['0.00012', '$0.00012'],
    ['0.0312', '$0.0312'],
    ['0.5', '$0.50'],
    ['12.5', '$12.50'],
    ['0.999999999', '$1.00'],
    ['1234.567', '$1,234.57'],
    ['99999999999999999999.99', '$99,999,999,999,999,999,999.99'],
    ['-3.25', '−$3.25'],
    ['no number', '$0.00'],
  ])('%s is %s', (usd, words) => expect(formatUsd(usd)).toBe(words));

  it('has every digit when asked', () => {
    expect(formatUsd('12.345678901', { exact: true })).toBe('$12.345678901');
    expect(formatNano(1n, { exact: true })).toBe('$0.000000001');
  });
});

it('reads decimals without a float', () => {
  expect(nanoOf('9007199254740993.000000001')).toBe(9007199254740993000000001n);
  expect(nanoOf('-0.5')).toBe(-500_000_000n);
});

it.each([
  [0, '$0.00'],
  [0.0000021, '$0.0000021'],
  [0.031, '$0.031'],
  [12, '$12.00'],
  [1234, '$1.2K'],
  [5_600_000, '$5.6M'],
])('is short for axes: %s is %s', (usd, words) => expect(formatUsdShort(usd)).toBe(words));
