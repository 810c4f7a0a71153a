// What the audit log keeps of a thing before and after a change: its facts under the names of the admin API, never a secret
// and never a hash.
import type { Organization, Project } from '../core/accounts.ts';
import type { AuditEntry } from '../core/audit.ts';
import type { Clock, IdSource } from '../core/clock.ts';
import type { KeyOptions } from '../core/key-options.ts';
import type { Limit } from '../core/limits.ts';
import type { Member } from '../core/members.ts';
import type { PriceRecord } from '../core/prices.ts';
import type { NewKey, StoredKey } from '../core/stored-key.ts';

/** Makes entries of one actor. */
export type AuditSource = (
  action: string,
  targetId: string,
  facts: { readonly before?: unknown; readonly after?: unknown },
) => AuditEntry;

/** The kind of target is the first word of the action: `key.create`. */
export function createAuditSource(actor: string, clock: Clock, nextId: IdSource): AuditSource {
  return (action, targetId, facts) => ({
    id: nextId(),
    at: clock.now(),
    actor,
    action,
    targetKind: action.split('.', 1)[0] ?? action,
    targetId,
    ...facts,
  });
}

export function organizationFacts({ id, name, metadata }: Organization) {
  return { id, name, ...(metadata ? { metadata } : {}) };
}

export function projectFacts(project: Project) {
  return {
    ...organizationFacts(project),
    organization_id: project.organizationId,
    archived: project.status === 'archived',
  };
}

export function keyFacts(key: NewKey & Partial<StoredKey>, projectId = key.projectId) {
  return {
    id: key.id,
    name: key.name,
    project_id: projectId,
    preview: key.preview,
    status: key.status ?? 'active',
    ...(key.memberId === undefined ? {} : { member_id: key.memberId }),
    ...(key.models ? { models: key.models } : {}),
    ...(key.allowedIps ? { allowed_ips: key.allowedIps } : {}),
    ...(key.options ? { options: optionFacts(key.options) } : {}),
    ...(key.metadata ? { metadata: key.metadata } : {}),
    ...(key.expiresAt === undefined ? {} : { expires_at: new Date(key.expiresAt).toISOString() }),
  };
}

export function optionFacts(options: KeyOptions) {
  return {
    ...(options.strictParams === undefined ? {} : { strict_params: options.strictParams }),
    ...(options.reasoningAlias === undefined ? {} : { reasoning_alias: options.reasoningAlias }),
    ...(options.maxOutputTokens === undefined ? {} : { max_output_tokens: options.maxOutputTokens }),
    ...(options.logContent === undefined ? {} : { log_content: options.logContent }),
  };
}

export function memberFacts({
  id,
  name,
  email,
  role,
  status,
}: Pick<Member, 'id' | 'name' | 'email' | 'role' | 'status'>) {
  return { id, name, email, role, status };
}

export function limitFacts(limit: Limit) {
  return {
    id: limit.id,
    scope: limit.scope,
    metric: limit.metric,
    window: limit.window,
    amount: String(limit.amount),
    ...(limit.metric === 'cost' ? { unit: 'nano-USD' } : {}),
    time_zone: limit.timeZone,
    source: limit.source,
  };
}

export function priceFacts(price: PriceRecord) {
  return {
    version: price.version,
    model: price.model,
    terms: JSON.parse(price.terms) as unknown,
    valid_from: new Date(price.validFrom).toISOString(),
  };
}
