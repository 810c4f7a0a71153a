// All of the admin store on any database that runs a list of queries as one transaction.
import type { Kysely } from 'kysely';
import type { AdminStore } from '../../core/admin-store.ts';
import { createAccountReader, createAccountWriter, createAdminTokenStore } from './accounts.ts';
import { createAuditReader } from './audit.ts';
import { createLimitReader, createLimitWriter } from './limits.ts';
import { createMemberWriter } from './member-writer.ts';
import { createMemberReader } from './members.ts';
import { createPlaygroundKeyStore } from './playground-keys.ts';
import type { QueryRunner } from './query-runner.ts';
import { createRequestReader } from './requests.ts';
import { createRoutingReader, createRoutingWriter } from './routing.ts';
import type { Schema } from './schema.ts';
import { createSessionStore } from './sessions.ts';
import { createUsageReader } from './usage.ts';

/** `looks` runs what reads much and writes nothing, where that is better kept apart. */
export function createAdminStore(
  db: Kysely<Schema>,
  runner: QueryRunner,
  looks: QueryRunner = runner,
): AdminStore {
  return {
    accountReader: createAccountReader(db, runner, looks),
    accountWriter: createAccountWriter(db, runner),
    limitReader: createLimitReader(db, runner),
    limitWriter: createLimitWriter(db, runner),
    playgroundKeys: createPlaygroundKeyStore(db, runner),
    requestReader: createRequestReader(db, looks),
    usageReader: createUsageReader(db, looks),
    auditReader: createAuditReader(db, looks),
    adminTokens: createAdminTokenStore(db, runner),
    memberReader: createMemberReader(db, runner),
    memberWriter: createMemberWriter(db, runner),
    sessions: createSessionStore(db, runner),
    routingReader: createRoutingReader(db, runner),
    routingWriter: createRoutingWriter(db, runner),
  };
}
