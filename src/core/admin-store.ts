// What the admin API and the command line may ask of a store, in one place: each store makes one of these.
import type { AccountReader, AccountWriter, AdminTokenStore } from './accounts.ts';
import type { AuditReader } from './audit.ts';
import type { LimitReader, LimitWriter } from './limit-admin.ts';
import type { MemberReader, MemberWriter, SessionStore } from './members.ts';
import type { PlaygroundKeyStore } from './playground-keys.ts';
import type { RequestReader } from './request-search.ts';
import type { RoutingReader, RoutingWriter } from './routing-entries.ts';
import type { UsageReader } from './usage-report.ts';

export interface AdminStore {
  readonly accountReader: AccountReader;
  readonly accountWriter: AccountWriter;
  readonly limitReader: LimitReader;
  readonly limitWriter: LimitWriter;
  readonly playgroundKeys: PlaygroundKeyStore;
  readonly requestReader: RequestReader;
  readonly usageReader: UsageReader;
  readonly auditReader: AuditReader;
  readonly adminTokens: AdminTokenStore;
  readonly memberReader: MemberReader;
  readonly memberWriter: MemberWriter;
  readonly sessions: SessionStore;
  readonly routingReader: RoutingReader;
  readonly routingWriter: RoutingWriter;
}
