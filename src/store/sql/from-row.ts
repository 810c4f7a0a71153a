// Database rows to the nouns of core/store.ts. Null becomes absent; counts and times become numbers, money stays
// bigint.
import type { Selectable } from 'kysely';
import type { KeyOptions } from '../../core/key-options.ts';
import type { AttemptRecord } from '../../core/ports.ts';
import type { KeyStatus } from '../../core/principal.ts';
import type { LedgerRow, LedgerState, Page, StoredKey } from '../../core/store.ts';
import type { Metadata } from '../../core/stored-key.ts';
import type { Usage, UsageSource } from '../../core/usage.ts';
import { readRequestDetails } from './request-details.ts';
import type { ApiKeysTable, RequestsTable } from './schema.ts';
import { readUsageDetails } from './usage-details.ts';

export type KeyRow = Selectable<ApiKeysTable> & {
  readonly project_name: string;
  readonly organization_id: string;
  readonly organization_name: string;
  readonly project_status: string;
  /** Absent where a request's key is looked up. */
  readonly member_name?: string | null;
  /** The hash it was found by, where that is of an earlier secret; and when that one ends. */
  readonly earlier_hash: string | null;
  readonly earlier_expires_at: bigint | null;
};

export function keyFromRow(row: KeyRow): StoredKey {
  return {
    id: row.id,
    name: row.name,
    projectId: row.project_id,
    projectName: row.project_name,
    organizationId: row.organization_id,
    organizationName: row.organization_name,
    hash: row.earlier_hash ?? row.hash,
    preview: row.preview,
    status: row.status as KeyStatus,
    revision: Number(row.revision),
    createdAt: Number(row.created_at),
    ...(row.project_status === 'archived' ? { projectArchived: true } : undefined),
    ...present('secretExpiresAt', row.earlier_expires_at, Number),
    ...present('allowedIps', row.allowed_ips, (text) => JSON.parse(text) as string[]),
    ...present('options', row.options, (text) => JSON.parse(text) as KeyOptions),
    ...present('metadata', row.metadata, (text) => JSON.parse(text) as Metadata),
    ...present('kind', row.kind, (kind) => kind as 'playground'),
    ...present('models', row.models, (text) => JSON.parse(text) as string[]),
    ...present('expiresAt', row.expires_at, Number),
    ...present('revokedAt', row.revoked_at, Number),
    ...present('memberId', row.member_id, String),
    ...present('memberName', row.member_name ?? null, String),
  };
}

export function ledgerRowFromRow(row: Selectable<RequestsTable>): LedgerRow {
  const usage = usageFromRow(row);
  return {
    id: row.id,
    state: row.state as LedgerState,
    keyId: row.key_id,
    projectId: row.project_id,
    model: row.model,
    provider: row.provider,
    upstreamModel: row.upstream_model,
    priceVersion: row.price_version,
    hold: row.hold_nanousd,
    stream: row.stream === 1n,
    partial: row.partial === 1n,
    recovered: row.recovered === 1n,
    startedAt: Number(row.started_at),
    nodeEpoch: Number(row.node_epoch),
    ...(usage ? { usage } : undefined),
    ...present('cost', row.cost_nanousd, (cost) => cost),
    ...present('usageSource', row.usage_source, (source) => source as UsageSource),
    ...present('error', row.error, (error) => error),
    ...present('attempts', row.attempts, (text) => JSON.parse(text) as AttemptRecord[]),
    ...present('firstTokenMs', row.first_token_ms, Number),
    ...present('durationMs', row.duration_ms, Number),
    ...present('details', row.details, readRequestDetails),
  };
}

type UsageRow = Pick<
  Selectable<RequestsTable>,
  | 'input_tokens'
  | 'output_tokens'
  | 'cached_input_tokens'
  | 'cache_write_tokens'
  | 'reasoning_tokens'
  | 'usage_details'
>;

/** `undefined` where it is not known. */
export function usageFromRow(row: UsageRow): Usage | undefined {
  if (row.input_tokens === null || row.output_tokens === null) return undefined;
  return {
    input: Number(row.input_tokens),
    output: Number(row.output_tokens),
    ...present('cachedInput', row.cached_input_tokens, Number),
    ...present('cacheWrite', row.cache_write_tokens, Number),
    ...present('reasoning', row.reasoning_tokens, Number),
    ...readUsageDetails(row.usage_details),
  };
}

/** `rows` holds one more than `limit` when there is a next page. */
export function pageOf<T extends { readonly id: string }>(rows: readonly T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last ? { items, nextCursor: last.id } : { items };
}

/** `{ [name]: read(value) }`, or nothing at all when the column is null. */
function present<Name extends string, Value, Read>(
  name: Name,
  value: Value | null,
  read: (value: Value) => Read,
): { [key in Name]?: Read } {
  return value === null ? {} : ({ [name]: read(value) } as { [key in Name]?: Read });
}
