// Queries over sessions of the console. A session is read anew for every request, so one that ended has ended at every node.
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Session, SessionStore } from '../../core/members.ts';
import { insertAudit } from './audit.ts';
import { memberFromRow } from './members.ts';
import { type QueryRunner, runAll, runOne } from './query-runner.ts';
import type { MembersTable, Schema, SessionsTable } from './schema.ts';

const always = sql<boolean>`1 = 1`;

export function createSessionStore(db: Kysely<Schema>, runner: QueryRunner): SessionStore {
  return {
    add: async ({ hash, ...session }, audit, replaces) => {
      await runAll(runner, [
        insertAudit(db, audit, always),
        ...(replaces === undefined ? [] : [db.deleteFrom('sessions').where('hash', '=', replaces)]),
        db.insertInto('sessions').values({
          hash,
          id: session.id,
          member_id: session.memberId,
          method: session.method,
          address: session.address,
          user_agent: session.userAgent,
          created_at: session.createdAt,
          last_seen_at: session.lastSeenAt,
          expires_at: session.expiresAt,
        }),
        db.updateTable('members').set({ last_seen_at: session.createdAt }).where('id', '=', session.memberId),
      ]);
    },
    find: async (hash) => {
      const [sessions = [], members = []] = await runAll(runner, [
        db.selectFrom('sessions').selectAll().where('hash', '=', hash),
        db
          .selectFrom('members')
          .selectAll()
          .where('id', 'in', db.selectFrom('sessions').select('member_id').where('hash', '=', hash)),
      ]);
      const [session] = sessions as unknown as Selectable<SessionsTable>[];
      const [member] = members as unknown as Selectable<MembersTable>[];
      return session && member && { session: sessionFromRow(session), member: memberFromRow(member) };
    },
    touch: async (hash, memberId, now) => {
      await runAll(runner, [
        db.updateTable('sessions').set({ last_seen_at: now }).where('hash', '=', hash),
        db.updateTable('members').set({ last_seen_at: now }).where('id', '=', memberId),
      ]);
    },
    list: async (memberId, now, seenAfter) =>
      (
        await runOne(
          runner,
          db
            .selectFrom('sessions')
            .selectAll()
            .where('member_id', '=', memberId)
            .where('expires_at', '>', BigInt(now))
            .where('last_seen_at', '>', BigInt(seenAfter))
            .orderBy('last_seen_at', 'desc')
            .limit(200),
        )
      ).map(sessionFromRow),
    end: async (memberId, which, audit) => {
      const chosen = () => {
        const all = db.selectFrom('sessions').select('hash').where('member_id', '=', memberId);
        if ('id' in which) return all.where('id', '=', which.id);
        return which.except === undefined ? all : all.where('id', '!=', which.except);
      };
      const results = await runAll(runner, [
        insertAudit(db, audit, sql<boolean>`exists ${chosen()}`),
        db.deleteFrom('sessions').where('hash', 'in', chosen()).returning('id'),
      ]);
      return results.at(-1)?.length ?? 0;
    },
    sweep: async (now, seenBefore) => {
      const month = 30 * 86_400_000;
      await runAll(runner, [
        db
          .deleteFrom('sessions')
          .where((eb) =>
            eb.or([eb('expires_at', '<=', BigInt(now)), eb('last_seen_at', '<=', BigInt(seenBefore))]),
          ),
        // Kept for a while, so that whoever comes late learns that it expired or was used.
        db.deleteFrom('member_links').where('expires_at', '<=', BigInt(now - month)),
      ]);
    },
    note: async (audit) => {
      await runOne(runner, insertAudit(db, audit, always));
    },
  };
}

function sessionFromRow(row: Selectable<SessionsTable>): Session {
  return {
    id: row.id,
    memberId: row.member_id,
    method: row.method,
    address: row.address,
    userAgent: row.user_agent,
    createdAt: Number(row.created_at),
    lastSeenAt: Number(row.last_seen_at),
    expiresAt: Number(row.expires_at),
  };
}
