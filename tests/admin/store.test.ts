// The administrators' part of the store on every database it runs on: changes from the revision that was read, with their audit
// entries or not at all; searches and sums over rows that a gateway wrote.
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../src/core/audit.ts';
import { systemClock } from '../../src/core/clock.ts';
import { firstIdOf } from '../../src/core/request-ids.ts';
import { hourMs, hourOf } from '../../src/core/usage-hours.ts';
import { databases, stopPostgresAfterAll } from '../ledger/databases.ts';
import { holdEntry, keyId, settlement } from '../ledger/fixtures.ts';

stopPostgresAfterAll();

let entries = 0;
const note = (action = 'test.change'): AuditEntry => ({
  id: `aud_${String(++entries).padStart(6, '0')}`,
  at: 1_000 + entries,
  actor: 'test',
  action,
  targetKind: 'test',
  targetId: 'it',
  before: { amount: '1' },
});

const limitOf = (id: string, amount: bigint, project = 'proj_test') => ({
  id,
  scope: { project },
  metric: 'cost' as const,
  window: 'day' as const,
  amount,
  timeZone: 'UTC',
  source: 'admin' as const,
  revision: 1,
  createdAt: 1,
  updatedAt: 1,
});

describe.each(databases)('on $name', ({ create, missing }) => {
  const test = it.skipIf(missing !== undefined);

  test('only one of many changes from the same revision is made, with its audit entry alone', async () => {
    const database = await create();
    const { store } = await database.open();
    const { accountWriter, accountReader, auditReader } = store.admin;
    const project = await accountReader.project('default');
    if (!project) throw new Error('no project');
    const changes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        accountWriter.updateProject({ ...project, name: `name ${index}` }, note(`change.${index}`)),
      ),
    );
    const [made, ...others] = changes.filter((each) => each !== undefined);
    expect(others).toEqual([]);
    expect(made).toMatchObject({ revision: 2 });
    expect(await accountReader.project(project.id)).toEqual(made);
    const { items } = await auditReader.entries({ actor: 'test' }, { limit: 20 });
    expect(items.map(({ action }) => action)).toEqual([`change.${made?.name.slice(-1)}`]);
    expect(items[0]).toMatchObject({ before: { amount: '1' } });
  });

  test('names are taken once, by whoever is first', async () => {
    const database = await create();
    const { store } = await database.open();
    const { accountWriter } = store.admin;
    const add = (id: string) =>
      accountWriter.addOrganization({ id, name: 'acme', revision: 1, createdAt: 1 }, note());
    const added = await Promise.all(['org_1', 'org_2', 'org_3'].map(add));
    expect(added.filter((each) => each !== undefined)).toHaveLength(1);
    expect((await store.admin.accountReader.organizations({ limit: 10 })).items).toHaveLength(2);
    expect((await store.admin.auditReader.entries({ actor: 'test' }, { limit: 10 })).items).toHaveLength(1);
  });

  test('a key is found by its secret and by an earlier one, until that ends', async () => {
    const database = await create();
    const { store } = await database.open();
    const { accountWriter, accountReader } = store.admin;
    const rotation = { id: keyId, hash: 'second', preview: 'p2', now: 1_000 };
    await accountWriter.rotateKey({ ...rotation, revision: 1, overlapUntil: 5_000 }, note());
    expect(await store.keyReader.keyByHash('second')).toMatchObject({
      id: keyId,
      revision: 2,
      preview: 'p2',
    });
    expect(await store.keyReader.keyByHash('test')).toMatchObject({ id: keyId, secretExpiresAt: 5_000 });
    expect(await accountReader.previousSecrets(keyId, 4_999)).toHaveLength(1);
    expect(await accountReader.previousSecrets(keyId, 5_000)).toEqual([]);
    await accountWriter.rotateKey(
      { ...rotation, hash: 'third', revision: 2, overlapUntil: rotation.now },
      note(),
    );
    expect(await store.keyReader.keyByHash('second')).toBeUndefined();
    expect(await store.keyReader.keyByHash('test')).toBeUndefined();
    expect(await store.keyReader.keyByHash('third')).toMatchObject({ revision: 3 });
    expect(
      await accountWriter.rotateKey({ ...rotation, revision: 2, overlapUntil: 0 }, note()),
    ).toBeUndefined();
  });

  test('keys are listed by status, name and project', async () => {
    const database = await create();
    const { store } = await database.open();
    const { accountWriter, accountReader } = store.admin;
    const project = await accountReader.project('default');
    const key = { hash: 'a', preview: 'p', createdAt: 1 };
    const add = (id: string, name: string, expiresAt?: number) =>
      accountWriter.addKey(
        { ...key, id, hash: id, name, ...(expiresAt === undefined ? {} : { expiresAt }) },
        project?.id ?? '',
        note(),
      );
    await add('key_1', '100% mine', 2_000);
    await add('key_2', '100 more');
    const ids = async (filter: object) =>
      (await accountReader.keys(filter, { limit: 10 }, 3_000)).items.map(({ id }) => id).sort();
    expect(await ids({ status: 'expired' })).toEqual(['key_1']);
    expect(await ids({ status: 'active' })).toEqual(['key_2', keyId].sort());
    expect(await ids({ name: '100%' })).toEqual(['key_1']);
    expect(await ids({ name: 'MORE' })).toEqual(['key_2']);
    expect(await ids({ organizationId: 'org_default', projectId: 'proj_other' })).toEqual([]);
  });

  test('limits of the same kind are one; those of a file follow it', async () => {
    const database = await create();
    const { store } = await database.open();
    const { limitWriter, limitReader } = store.admin;
    const added = await Promise.all(
      ['lim_1', 'lim_2', 'lim_3'].map((id) => limitWriter.add(limitOf(id, 5n), note())),
    );
    expect(added.filter((each) => each !== undefined)).toHaveLength(1);
    const fromFile = (amount: bigint) => ({
      ...limitOf('lim_config_1', amount, 'proj_b'),
      source: 'config' as const,
    });
    const sync = (...amounts: bigint[]) =>
      limitWriter.syncConfig(amounts.map(fromFile), 9, (action) => note(action));
    expect(await sync(1n)).toEqual({ added: 1, changed: 0, removed: 0 });
    expect(await sync(1n)).toEqual({ added: 0, changed: 0, removed: 0 });
    expect(await sync(2n)).toEqual({ added: 0, changed: 1, removed: 0 });
    expect(await sync()).toEqual({ added: 0, changed: 0, removed: 1 });
    expect(await sync(2n)).toEqual({ added: 1, changed: 0, removed: 0 });
    expect(await limitReader.limit('lim_config_1')).toMatchObject({ amount: 2n, revision: 4 });
  });

  test('the token of the first of many starts is the one', async () => {
    const database = await create();
    const { store } = await database.open();
    const { adminTokens } = store.admin;
    const made = await Promise.all(['a', 'b', 'c'].map((hash) => adminTokens.addFirst(hash, note())));
    expect(made.filter((each) => each)).toHaveLength(1);
    await adminTokens.replace('d', note());
    expect(await adminTokens.hash()).toBe('d');
  });

  test('the ledger is searched across hours, and adds up', async () => {
    const database = await create();
    const { store } = await database.open();
    const { requestReader, usageReader, accountReader, limitReader } = store.admin;
    const now = systemClock.now();
    const ids: string[] = [];
    for (let index = 0; index < 30; index++) {
      // Three an hour, the model in each tenth hour another one.
      const startedAt = hourOf(now) - Math.floor(index / 3) * hourMs + (index % 3) * 60_000;
      const id = `${firstIdOf(startedAt)}${String(index).padStart(14, '0')}`;
      ids.push(id);
      const model = index % 15 === 0 ? 'rare' : 'common';
      await store.ledgerWriter.hold(holdEntry(id, { model, startedAt, endUser: `user ${index % 2}` }));
      if (index > 0) await store.ledgerWriter.settle(settlement(id, { cost: BigInt(index) }));
    }
    const all = async (filter: object) => {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await requestReader.search(filter, { limit: 4, ...(cursor ? { cursor } : {}) });
        found.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return found;
    };
    const newestFirst = ids.toSorted().toReversed();
    expect(await all({})).toEqual(newestFirst);
    expect(await all({ keyId })).toEqual(newestFirst);
    expect(await all({ model: 'rare' })).toEqual([ids[0], ids[15]]);
    expect(await all({ model: 'rare', state: 'settled' })).toEqual([ids[15]]);
    expect(await all({ provider: 'openai', from: hourOf(now) - hourMs, to: hourOf(now) })).toEqual([
      ids[5],
      ids[4],
      ids[3],
    ]);
    expect(await all({ model: 'gone' })).toEqual([]);
    const range = { from: hourOf(now) - 24 * hourMs, to: hourOf(now) + hourMs };
    const sums = await usageReader.usage({ ...range, groupBy: ['hour', 'model'], histograms: true });
    expect(sums.reduce((sum, { cost }) => sum + cost, 0n)).toBe(435n);
    expect(sums.filter(({ group }) => group.model === 'rare')).toHaveLength(1);
    expect((await usageReader.usage({ ...range, groupBy: [], histograms: false }))[0]).toMatchObject({
      requests: 29,
    });
    const users = await usageReader.endUsers({ ...range, byHour: false, most: 1_000 });
    expect(users.sums.map(({ group, requests }) => [group.end_user, requests]).sort()).toEqual([
      ['user 0', 14],
      ['user 1', 15],
    ]);
    const activity = await accountReader.activity([keyId, 'key_none'], range.from);
    expect([...activity.keys()]).toEqual([keyId]);
    expect(activity.get(keyId)).toMatchObject({ spent: 435n, requests: 29 });
    // What no request has needed yet is what the first one would find.
    const span = { start: hourOf(now) - 48 * hourMs, end: hourOf(now) + 24 * hourMs };
    expect(await limitReader.counter(limitOf('lim_x', 5n), '', span)).toMatchObject({
      settled: 435n,
      held: 1_000n,
    });
  });
});
