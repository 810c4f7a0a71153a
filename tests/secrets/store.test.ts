// What the store promises for secrets: read and write as one, and no writer overwrites what it has not seen.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { SealedSecret } from '../../src/core/secrets.ts';
import type { Store } from '../../src/core/store.ts';
import { openPostgresToolStore } from '../../src/store/postgres/open.ts';
import { openSqliteToolStore } from '../../src/store/sqlite/open.ts';
import { noPostgres, type PostgresServer, startPostgres } from '../support/postgres.ts';

const sealed = (name: string, members: Partial<SealedSecret> = {}): SealedSecret => ({
  name,
  keyId: 'key-one',
  nonce: 'bm9uY2U=',
  ciphertext: 'Y2lwaGVy',
  createdAt: 1_000,
  updatedAt: 2_000,
  ...members,
});

const change = (seen: string, revision: string, members: object = {}) => ({
  seen,
  revision,
  keyId: 'key-one',
  put: [],
  remove: [],
  ...members,
});

type Opener = () => Promise<Store>;

let server: PostgresServer | undefined;
let folder: string;
const databases: readonly (readonly [name: string, skip: boolean, prepare: () => Promise<Opener>])[] = [
  ['SQLite', false, async () => () => openSqliteToolStore({ folder, clock: systemClock })],
  [
    'PostgreSQL',
    noPostgres !== undefined,
    async () => {
      server ??= await startPostgres();
      const url = await server.createDatabase();
      return () => openPostgresToolStore({ url, clock: systemClock });
    },
  ],
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-secret-stores-'));
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe.each(databases)('%s', (_, skip, prepare) => {
  let store: Store;
  let beside: Store;

  beforeEach(async (context) => {
    if (skip) return context.skip();
    await rm(folder, { recursive: true, force: true });
    const open = await prepare();
    store = await open();
    beside = await open();
  }, 120_000);
  afterEach(async () => {
    await store?.[Symbol.asyncDispose]();
    await beside?.[Symbol.asyncDispose]();
  });

  test('an empty store has no secrets, and the first revision is the empty text', async () => {
    expect(await store.secretReader.sealedSecrets()).toEqual({ revision: '', keyId: '', secrets: [] });
    expect(await store.secretReader.secretsRevision()).toBe('');
  });

  test('what is put is read, by name, with the revision and key of the change', async () => {
    const put = [sealed('b'), sealed('A'), sealed('a')];
    expect(await store.secretWriter.changeSecrets(change('', 'r1', { put }))).toBe(true);
    expect(await beside.secretReader.sealedSecrets()).toEqual({
      revision: 'r1',
      keyId: 'key-one',
      secrets: [sealed('A'), sealed('a'), sealed('b')],
    });
    expect(await beside.secretReader.secretsRevision()).toBe('r1');
  });

  test('putting again replaces all but the time of creation', async () => {
    await store.secretWriter.changeSecrets(change('', 'r1', { put: [sealed('a')] }));
    const again = sealed('a', {
      ciphertext: 'b3RoZXI=',
      nonce: 'bmV4dA==',
      keyId: 'key-two',
      createdAt: 9_000,
      updatedAt: 9_000,
    });
    await store.secretWriter.changeSecrets(change('r1', 'r2', { keyId: 'key-two', put: [again] }));
    expect((await store.secretReader.sealedSecrets()).secrets).toEqual([{ ...again, createdAt: 1_000 }]);
  });

  test('a change worked out from an older revision changes nothing at all', async () => {
    await store.secretWriter.changeSecrets(change('', 'r1', { put: [sealed('a'), sealed('b')] }));
    const before = await store.secretReader.sealedSecrets();
    for (const members of [
      { put: [sealed('c')] },
      { remove: ['a'] },
      { put: [sealed('a')], remove: ['b'] },
    ]) {
      expect(await beside.secretWriter.changeSecrets(change('', 'r2', { keyId: 'x', ...members }))).toBe(
        false,
      );
    }
    expect(await store.secretReader.sealedSecrets()).toEqual(before);
  });

  test('of many at once that saw the same, one wins and the others know', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? store : beside).secretWriter.changeSecrets(
          change('', `r${index}`, { put: [sealed(`name-${index}`)] }),
        ),
      ),
    );
    const winner = outcomes.indexOf(true);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    const { revision, secrets } = await store.secretReader.sealedSecrets();
    expect(revision).toBe(`r${winner}`);
    expect(secrets.map(({ name }) => name)).toEqual([`name-${winner}`]);
  });

  test('removing takes the named ones only', async () => {
    await store.secretWriter.changeSecrets(
      change('', 'r1', { put: [sealed('a'), sealed('b'), sealed('c')] }),
    );
    expect(await store.secretWriter.changeSecrets(change('r1', 'r2', { remove: ['a', 'c', 'zzz'] }))).toBe(
      true,
    );
    expect((await store.secretReader.sealedSecrets()).secrets.map(({ name }) => name)).toEqual(['b']);
  });
});
