import { describe, expect, it } from 'vitest';
import { createIpRanges, isIpRange } from './ip-ranges.ts';

describe('ranges of addresses', () => {
  it.each(['10.0.0.0/8', '127.0.0.1', '0.0.0.0/0', '::1', '2001:db8::/32', '::/0'])('takes %s', (text) => {
    expect(isIpRange(text)).toBe(true);
  });

  it.each([
    '',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '::/129',
    'fe80::1%eth0',
    'localhost',
    '10.0.0.0/',
  ])('refuses %s', (text) => {
    expect(isIpRange(text)).toBe(false);
    expect(() => createIpRanges([text])).toThrow(RangeError);
  });

  it('finds addresses of both families, and IPv4 that came over IPv6', () => {
    const ranges = createIpRanges(['10.1.0.0/16', '192.168.0.7', '2001:db8::/32']);
    expect(ranges.contains('10.1.255.255')).toBe(true);
    expect(ranges.contains('::ffff:10.1.0.1')).toBe(true);
    expect(ranges.contains('192.168.0.7')).toBe(true);
    expect(ranges.contains('2001:db8:1::5')).toBe(true);
    expect(ranges.contains('10.2.0.1')).toBe(false);
    expect(ranges.contains('192.168.0.8')).toBe(false);
    expect(ranges.contains('::1')).toBe(false);
    expect(ranges.contains('unknown')).toBe(false);
  });
});
