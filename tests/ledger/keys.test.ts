// Keys from making to revocation, over the real store: what one process changes, the next request of another obeys.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { generateApiKey } from '../../src/accounts/api-key.ts';
import { createKeyLister, createKeyWriter } from '../../src/accounts/key-admin.ts';
import { createKeyReader } from '../../src/accounts/keys.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Principal } from '../../src/core/principal.ts';
import { openSqliteGatewayStore, openSqliteToolStore } from '../../src/store/sqlite/open.ts';
import { holdEntry, temporaryFolder } from './fixtures.ts';

const run = promisify(execFile);

async function openKeys() {
  const folder = temporaryFolder();
  const store = await openSqliteGatewayStore({ folder, clock: systemClock, report: () => {} });
  return {
    folder,
    store,
    keyReader: createKeyReader(store.keyReader, systemClock),
    keyWriter: createKeyWriter({ reader: store.keyReader, writer: store.keyWriter }, systemClock),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function held(id: string, principal: Principal | undefined) {
  return holdEntry(id, { keyId: principal?.keyId ?? '', projectId: principal?.projectId ?? '' });
}

it('a revocation from another process forbids the next hold, though the key is cached here', async () => {
  await using keys = await openKeys();
  const { key, plaintext } = await keys.keyWriter.create({ name: 'laptop' });
  const principal = await keys.keyReader.authenticate(plaintext);
  await keys.store.ledgerWriter.hold(held('before', principal));
  await run(process.execPath, [
    '--input-type=module-typescript',
    '-e',
    `import { systemClock } from '${new URL('../../src/core/clock.ts', import.meta.url)}';
     import { createKeyWriter } from '${new URL('../../src/accounts/key-admin.ts', import.meta.url)}';
     import { openSqliteToolStore } from '${new URL('../../src/store/sqlite/open.ts', import.meta.url)}';
     await using store = await openSqliteToolStore({ folder: process.argv[1], clock: systemClock });
     const writer = createKeyWriter({ reader: store.keyReader, writer: store.keyWriter }, systemClock);
     const { outcome } = await writer.revoke('laptop');
     if (outcome !== 'revoked') throw new Error(outcome);`,
    keys.folder,
  ]);
  await expect(keys.store.ledgerWriter.hold(held('after', principal))).rejects.toMatchObject({
    code: 'invalid_api_key',
    message: expect.stringContaining(key.preview),
  });
  expect(await keys.keyReader.authenticateUncached(plaintext)).toMatchObject({ status: 'revoked' });
});

it('the first start makes one key in the project default, and no later start makes another', async () => {
  await using keys = await openKeys();
  const { created, presetIgnored } = await keys.keyWriter.bootstrap();
  expect(presetIgnored).toBe(false);
  expect(created?.key).toMatchObject({ projectName: 'default', status: 'active' });
  expect(JSON.stringify(created?.key)).not.toContain(created?.plaintext);
  expect(await keys.keyReader.authenticate(created?.plaintext ?? '')).toMatchObject({
    keyId: created?.key.id,
  });
  const { items } = await keys.store.admin.auditReader.entries({}, { limit: 10 });
  expect(items).toMatchObject([
    { actor: 'bootstrap', action: 'key.create', targetId: created?.key.id, after: { name: 'first key' } },
  ]);
  expect(JSON.stringify(items)).not.toContain(created?.plaintext);
  expect(await keys.keyWriter.bootstrap()).toEqual({ presetIgnored: false });
  expect((await keys.store.admin.auditReader.entries({}, { limit: 10 })).items).toEqual(items);
  expect((await createKeyLister(keys.store.keyReader).list({ limit: 10 })).items).toHaveLength(1);
});

it('a preset key of any visible form works, and one given too late is told of', async () => {
  await using keys = await openKeys();
  const preset = 'team-secret-0001';
  await expect(keys.keyWriter.bootstrap('short')).rejects.toThrow(RangeError);
  await expect(keys.keyWriter.bootstrap(`sk-tg-${'0'.repeat(46)}`)).rejects.toThrow(/checksum/);
  expect((await keys.keyWriter.bootstrap(preset)).created).toMatchObject({
    plaintext: preset,
    key: { preview: 'te***01' },
  });
  expect(await keys.keyReader.authenticate(preset)).toMatchObject({ status: 'active' });
  expect(await keys.keyWriter.bootstrap(preset)).toEqual({ presetIgnored: false });
  expect(await keys.keyWriter.bootstrap(generateApiKey())).toEqual({ presetIgnored: true });
});

it('several that start on an empty folder together make one first key', async () => {
  const folder = temporaryFolder();
  const made = await Promise.all(
    [1, 2, 3].map(async () => {
      await using store = await openSqliteToolStore({ folder, clock: systemClock });
      return createKeyWriter({ reader: store.keyReader, writer: store.keyWriter }, systemClock).bootstrap();
    }),
  );
  expect(made.filter(({ created }) => created)).toHaveLength(1);
});

it('a key is revoked by id, name or preview, never one of several that fit', async () => {
  await using keys = await openKeys();
  const first = await keys.keyWriter.create({ name: 'twin', project: 'alpha' });
  const second = await keys.keyWriter.create({ name: 'twin', project: 'alpha', models: ['gpt-5.1'] });
  expect(second.key.projectId).toBe(first.key.projectId);
  expect(second.key.models).toEqual(['gpt-5.1']);
  expect(await keys.keyWriter.revoke('nobody')).toEqual({ outcome: 'not-found' });
  expect(await keys.keyWriter.revoke('twin')).toMatchObject({ outcome: 'ambiguous' });
  expect(await keys.keyWriter.revoke(first.key.preview)).toMatchObject({
    outcome: 'revoked',
    key: { id: first.key.id },
  });
  expect(await keys.keyWriter.revoke('twin')).toMatchObject({
    outcome: 'revoked',
    key: { id: second.key.id },
  });
  expect(await keys.keyWriter.revoke(second.key.id)).toMatchObject({ outcome: 'already-revoked' });
});

it('nothing in the data folder contains a plaintext key', async () => {
  const keys = await openKeys();
  const { plaintext } = await keys.keyWriter.create({ name: 'secret' });
  await keys[Symbol.asyncDispose]();
  const { readdirSync, readFileSync } = await import('node:fs');
  for (const file of readdirSync(keys.folder)) {
    expect(readFileSync(`${keys.folder}/${file}`).includes(plaintext.slice(8, -4))).toBe(false);
  }
});
