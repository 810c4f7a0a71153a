import { describe, expect, it } from 'vitest';
import { clientFacts, networkOf } from './client-facts.ts';

describe('what is kept of a client', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['100.128.0.1', 'public'],
    ['::ffff:10.0.0.1', 'private'],
    ['fd12::1', 'private'],
    ['fe80::1', 'private'],
    ['2001:db8::1', 'public'],
    ['8.8.8.8', 'public'],
  ])('%s is a %s address', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('is no header but those that say which client it is', () => {
    const headers = {
      'user-agent': `OpenAI/JS 7.57.0 ${'x'.repeat(200)}`,
      authorization: 'Bearer sk-tg-secret',
      cookie: 'session=secret',
      'idempotency-key': 'order-17',
      'x-stainless-retry-count': '2',
      'x-forwarded-for': '203.0.113.9',
    };
    const facts = clientFacts({ headers }, '203.0.113.9');
    expect(facts).toEqual({
      userAgent: `OpenAI/JS 7.57.0 ${'x'.repeat(82)}…`,
      network: 'public',
      idempotent: true,
      retry: 2,
    });
    expect(JSON.stringify(facts)).not.toMatch(/secret|order-17|203\.0/);
  });

  it('is nothing where nothing is said', () => {
    const facts = clientFacts({ headers: { 'x-stainless-retry-count': '0' } }, undefined);
    expect(JSON.parse(JSON.stringify(facts))).toEqual({ idempotent: false });
  });
});
