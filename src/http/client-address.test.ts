import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createIpRanges } from '../core/ip-ranges.ts';
import { createAddressOf } from './client-address.ts';

function request(remoteAddress: string | undefined, forwarded?: string) {
  return {
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress },
  } as unknown as IncomingMessage;
}

describe("the client's address", () => {
  const direct = createAddressOf(createIpRanges([]));
  const proxied = createAddressOf(createIpRanges(['10.0.0.0/8', '::1']));

  it('is that of the socket where no proxy is trusted, whatever the header says', () => {
    expect(direct(request('203.0.113.7', '1.2.3.4'))).toBe('203.0.113.7');
    expect(direct(request('::ffff:203.0.113.7'))).toBe('203.0.113.7');
    expect(direct(request(undefined))).toBe('');
  });

  it('is what the outermost trusted proxy saw', () => {
    expect(proxied(request('10.0.0.1', '203.0.113.7'))).toBe('203.0.113.7');
    expect(proxied(request('10.0.0.1', '203.0.113.7, 10.0.0.2'))).toBe('203.0.113.7');
    expect(proxied(request('::1', '[2001:db8::5]:4711'))).toBe('2001:db8::5');
    expect(proxied(request('10.0.0.1', '203.0.113.7:4711'))).toBe('203.0.113.7');
  });

  it('is nothing that the client made up', () => {
    expect(proxied(request('10.0.0.1', '10.9.9.9, 203.0.113.7'))).toBe('203.0.113.7');
    expect(proxied(request('203.0.113.7', '10.9.9.9'))).toBe('203.0.113.7');
    expect(proxied(request('10.0.0.1', '1.2.3.4, unknown'))).toBe('10.0.0.1');
    expect(proxied(request('10.0.0.1'))).toBe('10.0.0.1');
  });
});
