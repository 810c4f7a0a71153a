import { describe, expect, it } from 'vitest';
import { createIpRanges } from '../core/ip-ranges.ts';
import { createOriginOf } from './client-origin.ts';

const seen = (headers: Record<string, string>, remoteAddress = '10.0.0.1', publicUrl?: string) =>
  createOriginOf(
    createIpRanges(['10.0.0.0/8']),
    () => publicUrl,
  )({
    headers: { host: 'inside:8080', ...headers },
    socket: { remoteAddress } as never,
  });

describe('the address that the browser sees', () => {
  it('is what it asked for', () => {
    expect(seen({})).toEqual({ origin: 'http://inside:8080', secure: false, hosts: ['inside:8080'] });
  });

  it('is what a trusted proxy says, and what nobody else does', () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'gw.example.com, inner' };
    expect(seen(headers)).toEqual({
      origin: 'https://gw.example.com',
      secure: true,
      hosts: ['inside:8080', 'gw.example.com'],
    });
    expect(seen(headers, '192.0.2.1')).toMatchObject({ origin: 'http://inside:8080', secure: false });
    expect(seen({ 'x-forwarded-host': 'a b<script>' })).toMatchObject({ origin: 'http://inside:8080' });
  });

  it('is what the operator says', () => {
    const named = 'https://gw.example.com';
    expect(seen({ host: 'gw.example.com' }, '192.0.2.1', named)).toEqual({
      origin: named,
      secure: true,
      hosts: ['gw.example.com', 'gw.example.com'],
    });
    // Asked for by its address within the house, over http: a Secure cookie would not stay.
    expect(seen({}, '192.0.2.1', named)).toMatchObject({ origin: named, secure: false });
  });
});
