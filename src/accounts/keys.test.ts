import { describe, expect, it } from 'vitest';
import { manualClock } from '../../tests/ledger/fixtures.ts';
import type { KeyStoreReader, StoredKey } from '../core/store.ts';
import { generateApiKey, hashApiKey } from './api-key.ts';
import { createKeyReader } from './keys.ts';

const plaintext = generateApiKey();
const stored: StoredKey = {
  id: 'key_1',
  name: 'one',
  hash: hashApiKey(plaintext),
  preview: 'sk-tg-ab***wxyz',
  createdAt: 1,
  organizationId: 'org_default',
  organizationName: 'default',
  revision: 1,
  projectId: 'proj_1',
  projectName: 'default',
  status: 'active',
};

/** A store whose keys can be changed, counting what it is asked. */
function keyStore(keys: StoredKey[]) {
  const asked: string[] = [];
  const reader: KeyStoreReader = {
    keyByHash: async (hash) => {
      asked.push(hash);
      return keys.find((key) => key.hash === hash);
    },
    keys: async () => ({ items: keys }),
    keysMatching: async () => [],
  };
  return { reader, asked, keys };
}

describe('key reader', () => {
  it('answers from the cache for a second, then asks again', async () => {
    const clock = manualClock();
    const { reader, asked, keys } = keyStore([stored]);
    const keyReader = createKeyReader(reader, clock);
    expect(await keyReader.authenticate(plaintext)).toMatchObject({ keyId: 'key_1', status: 'active' });
    expect(keyReader.authenticate(plaintext)).toMatchObject({ keyId: 'key_1' });
    expect(asked).toHaveLength(1);
    keys[0] = { ...stored, models: ['gpt-5.1'] };
    clock.advance(1_001);
    expect(await keyReader.authenticate(plaintext)).toMatchObject({ models: ['gpt-5.1'] });
    expect(asked).toHaveLength(2);
  });

  it('asks the store every time where nothing is reserved', async () => {
    const { reader, asked, keys } = keyStore([stored]);
    const keyReader = createKeyReader(reader, manualClock());
    await keyReader.authenticate(plaintext);
    keys[0] = { ...stored, status: 'revoked' };
    expect(await keyReader.authenticateUncached(plaintext)).toMatchObject({ status: 'revoked' });
    expect(asked).toHaveLength(2);
    expect(await keyReader.authenticate(plaintext)).toMatchObject({ status: 'revoked' });
  });

  it('does not cache a key that is not active, so that enabling it is effective at once', async () => {
    const { reader, keys } = keyStore([{ ...stored, status: 'disabled' }]);
    const keyReader = createKeyReader(reader, manualClock());
    expect(await keyReader.authenticate(plaintext)).toMatchObject({ status: 'disabled' });
    keys[0] = stored;
    expect(await keyReader.authenticate(plaintext)).toMatchObject({ status: 'active' });
  });

  it('refuses a typing error without a lookup', () => {
    const { reader, asked } = keyStore([stored]);
    const keyReader = createKeyReader(reader, manualClock());
    expect(keyReader.authenticate(`${plaintext.slice(0, -1)}${plaintext.endsWith('0') ? '1' : '0'}`)).toBe(
      undefined,
    );
    expect(asked).toEqual([]);
  });

  it('shares one lookup between requests that come together', async () => {
    const { reader, asked } = keyStore([stored]);
    const keyReader = createKeyReader(reader, manualClock());
    const answers = await Promise.all(Array.from({ length: 50 }, () => keyReader.authenticate(plaintext)));
    expect(new Set(answers.map((principal) => principal?.keyId))).toEqual(new Set(['key_1']));
    expect(asked).toHaveLength(1);
  });

  it('bounds what a flood of unknown keys can ask of the store', async () => {
    const { reader, asked } = keyStore([]);
    const keyReader = createKeyReader(reader, manualClock());
    const answers = await Promise.allSettled(
      Array.from({ length: 1_500 }, () => keyReader.authenticate(generateApiKey())),
    );
    expect(asked).toHaveLength(1_000);
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused).toHaveLength(500);
    expect(refused[0]?.reason).toMatchObject({ code: 'overloaded' });
    // None of it stays behind.
    expect(await keyReader.authenticate(generateApiKey())).toBe(undefined);
  });

  it('keeps 10,000 keys and forgets the one looked up longest ago', async () => {
    const plaintexts = Array.from({ length: 10_001 }, () => generateApiKey());
    const { reader, asked } = keyStore([]);
    const byHash = new Map(plaintexts.map((key) => [hashApiKey(key), { ...stored, hash: hashApiKey(key) }]));
    const keyReader = createKeyReader(
      {
        ...reader,
        keyByHash: async (hash) => {
          asked.push(hash);
          return byHash.get(hash);
        },
      },
      manualClock(),
    );
    for (const key of plaintexts) await keyReader.authenticate(key);
    await keyReader.authenticate(plaintexts[10_000] ?? '');
    await keyReader.authenticate(plaintexts[1] ?? '');
    expect(asked).toHaveLength(10_001);
    await keyReader.authenticate(plaintexts[0] ?? '');
    expect(asked).toHaveLength(10_002);
  });

  it('says ledger_unavailable when the store cannot answer', async () => {
    const { reader } = keyStore([]);
    const keyReader = createKeyReader(
      { ...reader, keyByHash: () => Promise.reject(new Error('disk')) },
      manualClock(),
    );
    await expect(keyReader.authenticate(plaintext)).rejects.toMatchObject({ code: 'ledger_unavailable' });
  });
});
