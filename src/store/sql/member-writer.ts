// Changes of members. Each is one transaction that begins with the bump, which makes other changes wait: so two administrators
// who demote each other at the same moment cannot both succeed.
import { type Compilable, type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import type { Member, MemberRefusal, MemberWriter, NewLink, NewMember } from '../../core/members.ts';
import { bumpGeneration, insertAudit } from './audit.ts';
import { emailKey } from './email-key.ts';
import { memberFromRow, selectMember } from './members.ts';
import { type QueryRunner, runAll, runOne } from './query-runner.ts';
import type { MembersTable, Schema } from './schema.ts';

export function createMemberWriter(db: Kysely<Schema>, runner: QueryRunner): MemberWriter {
  const always = sql<boolean>`1 = 1`;
  const change = (queries: readonly Compilable[]) => runAll(runner, [bumpGeneration(db, 'keys'), ...queries]);
  const endSessions = (id: string, but?: string) => {
    const all = db.deleteFrom('sessions').where('member_id', '=', id);
    return but === undefined ? all : all.where('hash', '!=', but);
  };
  const insertIdentity = (memberId: string, issuer: string, subject: string, now: number) =>
    db
      .insertInto('member_identities')
      .values({ issuer, subject, member_id: memberId, created_at: now })
      .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing());

  /** Why nothing was changed. */
  async function refusal({ id, revision, email }: Member): Promise<MemberRefusal> {
    const [rows = [], others = []] = await runAll(runner, [
      selectMember(db, id),
      db.selectFrom('members').select('id').where('email_key', '=', emailKey(email)).where('id', '!=', id),
    ]);
    if (Number(rows[0]?.revision) !== revision) return 'stale';
    return others.length > 0 ? 'taken' : 'last-admin';
  }

  return {
    add: async (member, audit, { first = false, link, identity } = {}) => {
      const free = sql<boolean>`not exists ${db
        .selectFrom('members')
        .select('id')
        .where('email_key', '=', emailKey(member.email))}`;
      const noAdmin = sql<boolean>`not exists ${db.selectFrom('members').select('id').where('role', '=', 'admin')}`;
      const condition = first ? sql<boolean>`${free} and ${noAdmin}` : free;
      const here = sql<boolean>`exists ${db.selectFrom('members').select('id').where('id', '=', member.id)}`;
      const results = await change([
        insertAudit(db, audit, condition),
        insertMember(db, member, condition),
        ...(link ? [insertLink(db, link, here)] : []),
        ...(identity
          ? [insertIdentityOf(db, member.id, identity.issuer, identity.subject, member.createdAt, here)]
          : []),
        selectMember(db, member.id),
      ]);
      const [row] = results.at(-1) as unknown as Selectable<MembersTable>[];
      return row && memberFromRow(row);
    },
    update: async (member, audit, more = {}) => {
      const here = canChange(db, member, member.role === 'admin' && member.status === 'active', member.email);
      const results = await change([
        insertAudit(db, audit, here),
        // A link was made for who they were: another address, role or status needs another.
        ...(more.endSessions
          ? [
              endSessions(member.id).where(here),
              db.deleteFrom('member_links').where('member_id', '=', member.id).where(here),
            ]
          : []),
        db
          .updateTable('members')
          .set({
            name: member.name,
            email: member.email,
            email_key: emailKey(member.email),
            role: member.role,
            status: member.status,
            revision: member.revision + 1,
          })
          .where('id', '=', member.id)
          .where(here)
          .returningAll(),
      ]);
      const [row] = results.at(-1) as unknown as Selectable<MembersTable>[];
      return row ? memberFromRow(row) : refusal(member);
    },
    remove: async (member, keys, audit) => {
      const here = canChange(db, member, false, member.email);
      const gone = (table: 'sessions' | 'member_links' | 'member_identities') =>
        db.deleteFrom(table).where('member_id', '=', member.id).where(here);
      const results = await change([
        insertAudit(db, audit, here),
        gone('sessions'),
        gone('member_links'),
        gone('member_identities'),
        // Nobody can hand over a playground.
        db
          .updateTable('api_keys')
          .set({ status: 'revoked', revoked_at: audit.at })
          .where('member_id', '=', member.id)
          .where('kind', '=', 'playground')
          .where('status', '!=', 'revoked')
          .where(here),
        ...(keys === 'disable'
          ? [
              db
                .updateTable('api_keys')
                .set({ status: 'disabled' })
                .where('member_id', '=', member.id)
                .where('status', '=', 'active')
                .where(here),
            ]
          : []),
        db
          .updateTable('api_keys')
          .set({ member_id: null, revision: sql<bigint>`revision + 1` })
          .where('member_id', '=', member.id)
          .where(here),
        db.deleteFrom('members').where('id', '=', member.id).where(here).returning('id'),
      ]);
      return results.at(-1)?.length === 1 ? 'removed' : refusal(member);
    },
    addLink: async (link, audit) => {
      await change([
        insertAudit(db, audit, always),
        db.deleteFrom('member_links').where('member_id', '=', link.memberId),
        insertLink(
          db,
          link,
          sql<boolean>`exists ${db.selectFrom('members').select('id').where('id', '=', link.memberId)}`,
        ),
      ]);
    },
    acceptLink: async ({ hash, memberId }, { name, password, now }, audit) => {
      const unused = sql<boolean>`exists ${db
        .selectFrom('member_links')
        .select('hash')
        .where('hash', '=', hash)
        .where('used_at', 'is', null)
        .where('expires_at', '>', BigInt(now))}`;
      const results = await change([
        insertAudit(db, audit, unused),
        endSessions(memberId).where(unused),
        db
          .updateTable('members')
          .set({
            ...(name === undefined ? {} : { name }),
            password,
            status: sql<string>`case when status = 'invited' then 'active' else status end`,
            revision: sql<bigint>`revision + 1`,
          })
          .where('id', '=', memberId)
          .where(unused)
          .returningAll(),
        db.updateTable('member_links').set({ used_at: now }).where('hash', '=', hash).where(unused),
      ]);
      const [row] = results.at(-2) as unknown as Selectable<MembersTable>[];
      return row && memberFromRow(row);
    },
    setPassword: async (id, password, keepSession, audit) => {
      await change([
        insertAudit(db, audit, always),
        endSessions(id, keepSession),
        db.deleteFrom('member_links').where('member_id', '=', id).where('kind', '=', 'reset'),
        db.updateTable('members').set({ password, revision: sql<bigint>`revision + 1` }).where('id', '=', id),
      ]);
    },
    rehash: async (id, before, after) => {
      await runOne(
        runner,
        db
          .updateTable('members')
          .set({ password: after })
          .where('id', '=', id)
          .where('password', '=', before),
      );
    },
    addIdentity: async (memberId, { issuer, subject }, now, audit) => {
      const results = await change([
        insertAudit(db, audit, always),
        insertIdentity(memberId, issuer, subject, now),
        // Whoever came in has no use for the link.
        db
          .updateTable('member_links')
          .set({ used_at: now })
          .where('member_id', '=', memberId)
          .where('kind', '=', 'invite')
          .where('used_at', 'is', null),
        db
          .updateTable('members')
          .set({
            status: sql<string>`case when status = 'invited' then 'active' else status end`,
            revision: sql<bigint>`revision + 1`,
          })
          .where('id', '=', memberId)
          .returningAll(),
      ]);
      const [row] = results.at(-1) as unknown as Selectable<MembersTable>[];
      return row && memberFromRow(row);
    },
    removeIdentities: async (memberId, audit) => {
      await change([
        insertAudit(db, audit, always),
        db.deleteFrom('member_identities').where('member_id', '=', memberId),
        endSessions(memberId),
      ]);
    },
  };
}

/** It is at its revision, nobody else has the address, and there is another administrator, or it stays one. */
function canChange(db: Kysely<Schema>, { id, revision }: Member, staysAdmin: boolean, email: string) {
  const row = db
    .selectFrom('members')
    .select('id')
    .where('id', '=', id)
    .where('revision', '=', BigInt(revision));
  const namesake = db
    .selectFrom('members')
    .select('id')
    .where('email_key', '=', emailKey(email))
    .where('id', '!=', id);
  const rule = sql<boolean>`exists ${row} and not exists ${namesake}`;
  if (staysAdmin) return rule;
  const noActiveAdmin = db
    .selectFrom('members')
    .select('id')
    .where('id', '=', id)
    .where('role', '=', 'admin')
    .where('status', '=', 'active');
  const another = db
    .selectFrom('members')
    .select('id')
    .where('id', '!=', id)
    .where('role', '=', 'admin')
    .where('status', '=', 'active');
  return sql<boolean>`${rule} and (not exists ${noActiveAdmin} or exists ${another})`;
}

function insertMember(db: Kysely<Schema>, member: NewMember, condition: RawBuilder<boolean>) {
  return db
    .insertInto('members')
    .columns(['id', 'name', 'email', 'email_key', 'role', 'status', 'password', 'created_at'])
    .expression(
      db
        .selectFrom('generations')
        .select((eb) => [
          eb.cast<string>(eb.val(member.id), 'text').as('id'),
          eb.cast<string>(eb.val(member.name), 'text').as('name'),
          eb.cast<string>(eb.val(member.email), 'text').as('email'),
          eb.cast<string>(eb.val(emailKey(member.email)), 'text').as('email_key'),
          eb.cast<string>(eb.val(member.role), 'text').as('role'),
          eb.cast<string>(eb.val(member.status), 'text').as('status'),
          eb.cast<string | null>(eb.val(member.password ?? null), 'text').as('password'),
          eb.cast<bigint>(eb.val(member.createdAt), 'bigint').as('created_at'),
        ])
        .where('generations.name', '=', 'keys')
        .where(condition),
    );
}

function insertLink(db: Kysely<Schema>, link: NewLink, condition: RawBuilder<boolean>) {
  return db
    .insertInto('member_links')
    .columns(['hash', 'member_id', 'kind', 'created_at', 'expires_at'])
    .expression(
      db
        .selectFrom('generations')
        .select((eb) => [
          eb.cast<string>(eb.val(link.hash), 'text').as('hash'),
          eb.cast<string>(eb.val(link.memberId), 'text').as('member_id'),
          eb.cast<string>(eb.val(link.kind), 'text').as('kind'),
          eb.cast<bigint>(eb.val(link.createdAt), 'bigint').as('created_at'),
          eb.cast<bigint>(eb.val(link.expiresAt), 'bigint').as('expires_at'),
        ])
        .where('generations.name', '=', 'keys')
        .where(condition),
    );
}

function insertIdentityOf(
  db: Kysely<Schema>,
  memberId: string,
  issuer: string,
  subject: string,
  now: number,
  condition: RawBuilder<boolean>,
) {
  return db
    .insertInto('member_identities')
    .columns(['issuer', 'subject', 'member_id', 'created_at'])
    .expression(
      db
        .selectFrom('generations')
        .select((eb) => [
          eb.cast<string>(eb.val(issuer), 'text').as('issuer'),
          eb.cast<string>(eb.val(subject), 'text').as('subject'),
          eb.cast<string>(eb.val(memberId), 'text').as('member_id'),
          eb.cast<bigint>(eb.val(now), 'bigint').as('created_at'),
        ])
        .where('generations.name', '=', 'keys')
        .where(condition),
    );
}
