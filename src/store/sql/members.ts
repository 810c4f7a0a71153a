// Queries over members as they are read: lists, sign-in, links, and whom an identity provider knows.
import { type Kysely, type Selectable, sql } from 'kysely';
import type {
  LinkKind,
  ListedMember,
  Member,
  MemberFilter,
  MemberReader,
  MemberStatus,
} from '../../core/members.ts';
import type { Role } from '../../core/roles.ts';
import { emailKey } from './email-key.ts';
import { pageOf } from './from-row.ts';
import { type QueryRunner, runAll, runOne } from './query-runner.ts';
import type { MembersTable, Schema } from './schema.ts';

export function selectMember(db: Kysely<Schema>, id: string) {
  return db.selectFrom('members').selectAll().where('id', '=', id);
}

export function createMemberReader(db: Kysely<Schema>, runner: QueryRunner): MemberReader {
  async function withFigures(members: readonly Member[], now: number): Promise<ListedMember[]> {
    if (members.length === 0) return [];
    const ids = members.map(({ id }) => id);
    const [keys = [], sessions = [], identities = [], links = []] = await runAll(runner, [
      db
        .selectFrom('api_keys')
        .select(['member_id', sql<bigint>`count(*)`.as('count')])
        .where('member_id', 'in', ids)
        .where('status', '!=', 'revoked')
        .groupBy('member_id'),
      db
        .selectFrom('sessions')
        .select(['member_id', sql<bigint>`count(*)`.as('count')])
        .where('member_id', 'in', ids)
        .where('expires_at', '>', BigInt(now))
        .groupBy('member_id'),
      db.selectFrom('member_identities').select(['member_id', 'issuer']).where('member_id', 'in', ids),
      db
        .selectFrom('member_links')
        .select(['member_id', 'kind', 'expires_at'])
        .where('member_id', 'in', ids)
        .where('used_at', 'is', null)
        .where('expires_at', '>', BigInt(now)),
    ]);
    const count = (rows: readonly Record<string, unknown>[], id: string) =>
      Number(rows.find((row) => row.member_id === id)?.count ?? 0);
    return members.map((member) => {
      const link = links.find((row) => row.member_id === member.id);
      return {
        ...member,
        keys: count(keys, member.id),
        sessions: count(sessions, member.id),
        issuers: identities.filter((row) => row.member_id === member.id).map((row) => String(row.issuer)),
        ...(link ? { link: { kind: link.kind as LinkKind, expiresAt: Number(link.expires_at) } } : {}),
      };
    });
  }

  return {
    members: async (filter, { limit, cursor }, now) => {
      let query = matching(db, filter)
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (cursor !== undefined) query = query.where('id', '<', cursor);
      const page = pageOf((await runOne(runner, query)).map(memberFromRow), limit);
      return { ...page, items: await withFigures(page.items, now) };
    },
    member: async (reference) => {
      const rows = await runOne(
        runner,
        db
          .selectFrom('members')
          .selectAll()
          .where((eb) => eb.or([eb('id', '=', reference), eb('email_key', '=', emailKey(reference))])),
      );
      return rows.map(memberFromRow)[0];
    },
    listed: async (id, now) => {
      const [row] = await runOne(runner, selectMember(db, id));
      return row && (await withFigures([memberFromRow(row)], now))[0];
    },
    memberForLogin: async (email) => {
      const [row] = await runOne(
        runner,
        db.selectFrom('members').selectAll().where('email_key', '=', emailKey(email)),
      );
      return row && { member: memberFromRow(row), password: row.password ?? undefined };
    },
    passwordOf: async (id) => (await runOne(runner, selectMember(db, id)))[0]?.password ?? undefined,
    byIdentity: async ({ issuer, subject }) => {
      const [row] = await runOne(
        runner,
        db
          .selectFrom('members')
          .selectAll()
          .where(
            'id',
            'in',
            db
              .selectFrom('member_identities')
              .select('member_id')
              .where('issuer', '=', issuer)
              .where('subject', '=', subject),
          ),
      );
      return row && memberFromRow(row);
    },
    identitiesOf: async (memberId) =>
      runOne(
        runner,
        db.selectFrom('member_identities').select(['issuer', 'subject']).where('member_id', '=', memberId),
      ),
    link: async (hash) => {
      const [links = [], members = []] = await runAll(runner, [
        db.selectFrom('member_links').selectAll().where('hash', '=', hash),
        db
          .selectFrom('members')
          .selectAll()
          .where('id', 'in', db.selectFrom('member_links').select('member_id').where('hash', '=', hash)),
      ]);
      const [link] = links;
      const [member] = members as unknown as Selectable<MembersTable>[];
      if (!link || !member) return undefined;
      return {
        hash,
        memberId: member.id,
        kind: link.kind as LinkKind,
        createdAt: Number(link.created_at),
        expiresAt: Number(link.expires_at),
        ...(link.used_at === null ? {} : { usedAt: Number(link.used_at) }),
        member: memberFromRow(member),
      };
    },
    exists: async () => (await runOne(runner, db.selectFrom('members').select('id').limit(1))).length > 0,
  };
}

function matching(db: Kysely<Schema>, { role, status, search }: MemberFilter) {
  let query = db.selectFrom('members').selectAll();
  if (role !== undefined) query = query.where('role', '=', role);
  if (status !== undefined) query = query.where('status', '=', status);
  if (search !== undefined) {
    const part = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where(
      sql<boolean>`(lower(name) like ${part} escape '\\' or email_key like ${part} escape '\\')`,
    );
  }
  return query;
}

export function memberFromRow(row: Selectable<MembersTable>): Member {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role as Role,
    status: row.status as MemberStatus,
    hasPassword: row.password !== null,
    createdAt: Number(row.created_at),
    revision: Number(row.revision),
    ...(row.last_seen_at === null ? {} : { lastSeenAt: Number(row.last_seen_at) }),
  };
}
