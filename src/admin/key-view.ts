// A key as the API shows it, but for the limit that stops it first.
import { optionFacts } from '../accounts/audit-facts.ts';
import type { KeyActivity } from '../core/accounts.ts';
import { formatUsd } from '../core/money.ts';
import type { StoredKey } from '../core/stored-key.ts';
import type { Key } from './contract/keys.ts';
import { isoTime, isoTimeOrNull } from './times.ts';

/** `since`: from when its spend is counted; both Unix ms. */
export function showKey(
  key: StoredKey,
  activity: KeyActivity | undefined,
  since: number,
  now: number,
): Omit<Key, 'limit'> {
  const expired = key.status === 'active' && key.expiresAt !== undefined && key.expiresAt <= now;
  const spent = activity?.spent ?? 0n;
  return {
    id: key.id,
    name: key.name,
    project_id: key.projectId,
    project: key.projectName,
    project_archived: key.projectArchived ?? false,
    organization_id: key.organizationId,
    preview: key.preview,
    status: expired ? 'expired' : key.status,
    models: key.models ? [...key.models] : null,
    allowed_ips: key.allowedIps ? [...key.allowedIps] : null,
    options: key.options ? optionFacts(key.options) : null,
    metadata: key.metadata ?? null,
    expires_at: isoTimeOrNull(key.expiresAt),
    revoked_at: isoTimeOrNull(key.revokedAt),
    created_at: isoTime(key.createdAt),
    last_used_at: isoTimeOrNull(activity?.lastUsedAt),
    created_by: key.memberId === undefined ? null : { id: key.memberId, name: key.memberName ?? '' },
    kind: key.kind ?? null,
    spend_usd: formatUsd(spent),
    spend_nanousd: String(spent),
    spend_requests: activity?.requests ?? 0,
    spend_since: isoTime(since),
    revision: key.revision,
  };
}
