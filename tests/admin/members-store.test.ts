// Members and sessions on every database: what two administrators do at the same moment, what is given out once, and what goes
// when a member goes.
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../src/core/audit.ts';
import type { Member, NewMember } from '../../src/core/members.ts';
import { databases, stopPostgresAfterAll } from '../ledger/databases.ts';
import { keyId } from '../ledger/fixtures.ts';

stopPostgresAfterAll();

let entries = 0;
const note = (action = 'member.change'): AuditEntry => ({
  id: `aud_${String(++entries).padStart(6, '0')}`,
  at: 1_000 + entries,
  actor: 'test',
  action,
  targetKind: 'member',
  targetId: 'it',
});

const person = (id: string, more: Partial<NewMember> = {}): NewMember => ({
  id,
  name: id,
  email: `${id}@example.com`,
  role: 'admin',
  status: 'active',
  createdAt: 1,
  ...more,
});

const sessionOf = (memberId: string, id: string) => ({
  id,
  hash: `hash of ${id}`,
  memberId,
  method: 'password',
  address: '127.0.0.1',
  userAgent: 'test',
  createdAt: 10,
  lastSeenAt: 10,
  expiresAt: 1_000,
});

describe.each(databases)('on $name', ({ create, missing }) => {
  const test = it.skipIf(missing !== undefined);

  async function open() {
    const { store } = await (await create()).open();
    const { memberReader: reader, memberWriter: writer, sessions, auditReader } = store.admin;
    async function add(id: string, more: Partial<NewMember> = {}): Promise<Member> {
      const member = await writer.add(person(id, more), note());
      if (!member) throw new Error(`${id} is taken`);
      return member;
    }
    return { store, reader, writer, sessions, auditReader, add };
  }

  test('of many who set up at once, one is the first administrator', async () => {
    const { writer, reader, auditReader } = await open();
    expect(await reader.exists()).toBe(false);
    const made = await Promise.all(
      ['mem_1', 'mem_2', 'mem_3'].map((id) => writer.add(person(id), note('member.set_up'), { first: true })),
    );
    expect(made.filter((each) => each !== undefined)).toHaveLength(1);
    expect((await auditReader.entries({ action: 'member.set_up' }, { limit: 9 })).items).toHaveLength(1);
    expect(await reader.exists()).toBe(true);
  });

  test('an address is one member, however it is written', async () => {
    const { writer, reader, add } = await open();
    const ada = await add('mem_ada', { email: 'Ada@Example.com' });
    expect(await writer.add(person('mem_2', { email: 'ada@example.COM' }), note())).toBeUndefined();
    // FULLWIDTH LATIN SMALL LETTER A.
    expect(await writer.add(person('mem_3', { email: '\uff41da@example.com' }), note())).toBeUndefined();
    expect(await reader.member(' ADA@example.com ')).toEqual(ada);
    const bob = await add('mem_bob');
    expect(await writer.update({ ...bob, email: 'ada@example.com' }, note())).toBe('taken');
  });

  test('two administrators who demote each other at the same moment: one stays', async () => {
    const { writer, reader, add } = await open();
    const [ada, bob] = [await add('mem_ada'), await add('mem_bob')];
    const results = await Promise.all([
      writer.update({ ...ada, role: 'viewer' }, note()),
      writer.update({ ...bob, role: 'viewer' }, note()),
    ]);
    expect(results.filter((each) => each === 'last-admin')).toHaveLength(1);
    const { items } = await reader.members({ role: 'admin' }, { limit: 9 }, 0);
    expect(items).toHaveLength(1);
    const [left] = items;
    if (!left) throw new Error('nobody is left');
    expect(await writer.update({ ...left, status: 'disabled' }, note())).toBe('last-admin');
    expect(await writer.remove(left, 'keep', note())).toBe('last-admin');
    expect(await writer.update({ ...left, name: 'Renamed' }, note())).toMatchObject({ name: 'Renamed' });
    expect(await writer.update({ ...left, name: 'Late' }, note())).toBe('stale');
    // An administrator who was invited and never came is no help.
    await add('mem_carl', { status: 'invited' });
    const now = await reader.member(left.id);
    expect(now && (await writer.remove(now, 'keep', note()))).toBe('last-admin');
  });

  test("with a member go sessions, links and identities; keys are disabled or kept, and nobody's", async () => {
    const { store, writer, reader, sessions, add } = await open();
    await add('mem_boss');
    for (const [id, keys, status] of [
      ['mem_a', 'disable', 'disabled'],
      ['mem_b', 'keep', 'active'],
    ] as const) {
      const member = await add(id, { role: 'member' });
      const key = { hash: id, preview: 'p', createdAt: 1, name: id, memberId: id };
      await store.admin.accountWriter.addKey({ ...key, id: `key_${id}` }, 'proj_test', note());
      await sessions.add(sessionOf(id, `ses_${id}`), note());
      await writer.addIdentity(id, { issuer: 'https://idp', subject: id }, 5, note());
      await writer.addLink(
        { hash: `link ${id}`, memberId: id, kind: 'reset', createdAt: 1, expiresAt: 99 },
        note(),
      );
      const before = await reader.listed(id, 20);
      expect(before).toMatchObject({
        keys: 1,
        sessions: 1,
        issuers: ['https://idp'],
        link: { kind: 'reset' },
      });
      const now = await reader.member(id);
      expect(now && (await writer.remove(now, keys, note()))).toBe('removed');
      expect(await reader.member(id)).toBeUndefined();
      expect(await sessions.find(`hash of ses_${id}`)).toBeUndefined();
      expect(await reader.link(`link ${id}`)).toBeUndefined();
      expect(await reader.byIdentity({ issuer: 'https://idp', subject: id })).toBeUndefined();
      const stored = await store.admin.accountReader.key(`key_${id}`);
      expect(stored).toMatchObject({ status, revision: 2 });
      expect(stored?.memberId).toBeUndefined();
      expect(member.status).toBe('active');
    }
    expect(await store.admin.accountReader.key(keyId)).toMatchObject({ status: 'active', revision: 1 });
  });

  test('a link is used once, by whoever is first, until it expires; a newer one takes its place', async () => {
    const { writer, reader, sessions, add } = await open();
    const link = (hash: string, kind: 'invite' | 'reset') => ({
      hash,
      memberId: 'mem_a',
      kind,
      createdAt: 1,
      expiresAt: 100,
    });
    await writer.add(person('mem_a', { status: 'invited' }), note(), { link: link('one', 'invite') });
    await add('mem_other');
    expect(await reader.link('one')).toMatchObject({
      kind: 'invite',
      member: { id: 'mem_a', status: 'invited' },
    });
    await writer.addLink(link('two', 'invite'), note());
    expect(await reader.link('one')).toBeUndefined();
    const accept = (password: string, now: number) =>
      writer.acceptLink(
        { hash: 'two', memberId: 'mem_a' },
        { name: 'Ada', password, now },
        note('member.join'),
      );
    expect(await accept('late', 100)).toBeUndefined();
    await sessions.add(sessionOf('mem_a', 'ses_before'), note());
    const accepted = await Promise.all(['x', 'y', 'z'].map((password) => accept(password, 50)));
    expect(accepted.filter((each) => each !== undefined)).toHaveLength(1);
    expect(await reader.member('mem_a')).toMatchObject({ status: 'active', name: 'Ada', hasPassword: true });
    expect(await reader.link('two')).toMatchObject({ usedAt: 50 });
    expect(await sessions.find('hash of ses_before')).toBeUndefined();
  });

  test('a new password ends every other session; a change that asks for it, all', async () => {
    const { writer, reader, sessions, add } = await open();
    await add('mem_boss');
    await add('mem_a', { role: 'member' });
    const ids = async () => (await sessions.list('mem_a', 20, 0)).map(({ id }) => id).sort();
    for (const id of ['ses_1', 'ses_2', 'ses_3']) await sessions.add(sessionOf('mem_a', id), note());
    await sessions.add(sessionOf('mem_boss', 'ses_boss'), note());
    await sessions.add(sessionOf('mem_a', 'ses_4'), note(), 'hash of ses_3');
    expect(await ids()).toEqual(['ses_1', 'ses_2', 'ses_4']);
    await writer.setPassword('mem_a', 'phc', 'hash of ses_2', note());
    expect(await ids()).toEqual(['ses_2']);
    expect(await reader.memberForLogin('MEM_A@example.com')).toMatchObject({ password: 'phc' });
    const now = await reader.member('mem_a');
    await writer.update({ ...(now as Member), role: 'viewer' }, note(), { endSessions: true });
    expect(await ids()).toEqual([]);
    expect(await sessions.find('hash of ses_boss')).toMatchObject({ member: { id: 'mem_boss' } });
    expect(await sessions.end('mem_a', { id: 'ses_boss' }, note())).toBe(0);
    await sessions.sweep(1_000, 0);
    expect(await sessions.find('hash of ses_boss')).toBeUndefined();
  });
});
