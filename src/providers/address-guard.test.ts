import type { LookupAddress, lookup } from 'node:dns';
import { expect, test } from 'vitest';
import { createGuardedLookup, ForbiddenAddress, isForbidden } from './address-guard.ts';

test.each([
  ['169.254.169.254', 4],
  ['169.254.0.1', 4],
  ['100.100.100.200', 4],
  ['0.0.0.0', 4],
  ['224.0.0.1', 4],
  ['255.255.255.255', 4],
  ['::', 6],
  ['fe80::1', 6],
  ['febf::1', 6],
  ['ff02::1', 6],
  ['fd00:ec2::254', 6],
  ['::ffff:169.254.169.254', 6],
  ['::ffff:a9fe:a9fe', 6],
  ['64:ff9b::a9fe:a9fe', 6],
])('%s is refused', (address, family) => expect(isForbidden(address, family)).toBe(true));

test.each([
  ['127.0.0.1', 4],
  ['10.0.0.7', 4],
  ['192.168.1.2', 4],
  ['100.100.100.201', 4],
  ['8.8.8.8', 4],
  ['::1', 6],
  ['fd00::1', 6],
  ['2606:4700::1', 6],
  ['::ffff:10.0.0.7', 6],
])('%s is allowed', (address, family) => expect(isForbidden(address, family)).toBe(false));

/** A resolver that knows these addresses. */
const resolving = (...addresses: LookupAddress[]) =>
  ((_name: string, _options: unknown, callback: (error: null, found: LookupAddress[]) => void) =>
    callback(null, addresses)) as unknown as typeof lookup;

const look = (resolver: typeof lookup, all: boolean) =>
  new Promise((resolve, reject) =>
    createGuardedLookup(resolver)('host', { all }, (error, address, family) =>
      error ? reject(error) : resolve(all ? address : [address, family]),
    ),
  );

const metadata = { address: '169.254.169.254', family: 4 };
const good = { address: '10.0.0.7', family: 4 };

test('forbidden addresses of a name are left out', async () => {
  expect(await look(resolving(metadata, good), true)).toEqual([good]);
  expect(await look(resolving(metadata, good), false)).toEqual(['10.0.0.7', 4]);
});

test('a name that has no other is refused', async () => {
  await expect(look(resolving(metadata), true)).rejects.toThrow(ForbiddenAddress);
  await expect(look(resolving(metadata), false)).rejects.toThrow(ForbiddenAddress);
});

test('a name that does not resolve fails as it would have', async () => {
  await expect(
    new Promise((_resolve, reject) =>
      createGuardedLookup()('no-such-host.invalid', { all: true }, (error) => reject(error)),
    ),
  ).rejects.toMatchObject({ code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) });
});
