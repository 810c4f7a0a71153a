// The tables as Kysely types: the same in every dialect. migrations/ makes them, the queries beside this file use
// them. Every 64-bit integer is read as bigint, whatever the driver's habit.
import type { ColumnType } from 'kysely';

/** Written as number or bigint, read as bigint. */
export type Int64 = ColumnType<bigint, bigint | number, bigint | number>;
type Int64OrNull = ColumnType<bigint | null, bigint | number | null, bigint | number | null>;

export interface OrganizationsTable {
  id: string;
  name: string;
  /** JSON object of the operator's own. */
  metadata: string | null;
  revision: ColumnType<bigint, bigint | number | undefined, bigint | number>;
  created_at: Int64;
}

export interface ProjectsTable {
  id: string;
  name: string;
  created_at: Int64;
  organization_id: ColumnType<string, string | undefined, string>;
  status: ColumnType<string, string | undefined, string>;
  metadata: string | null;
  revision: ColumnType<bigint, bigint | number | undefined, bigint | number>;
}

export interface ApiKeysTable {
  id: string;
  project_id: string;
  name: string;
  hash: string;
  preview: string;
  status: string;
  /** JSON array of public model names; null = all. */
  models: string | null;
  created_at: Int64;
  expires_at: Int64OrNull;
  revoked_at: Int64OrNull;
  /** JSON array of address ranges; null = from anywhere. */
  allowed_ips: string | null;
  /** JSON object: how its requests are treated. */
  options: string | null;
  /** JSON object of the operator's own. */
  metadata: string | null;
  /** The key that this one replaces. */
  replaces: string | null;
  /** Whose it is; null = nobody's but the administrators'. */
  member_id: ColumnType<string | null, string | null | undefined, string | null>;
  /** null = a key like any other. */
  kind: ColumnType<string | null, string | null | undefined, string | null>;
  revision: ColumnType<bigint, bigint | number | undefined, bigint | number>;
}

/** Secrets a key had before, which still work. */
export interface ApiKeySecretsTable {
  hash: string;
  key_id: string;
  preview: string;
  created_at: Int64;
  expires_at: Int64;
  /** Of the playground's: ends with that session. */
  session_id: string | null;
}

/** One row, `id` `admin`. */
export interface AdminTokensTable {
  id: string;
  hash: string;
  created_at: Int64;
}

export interface LimitsTable {
  id: string;
  /** JSON object: ids by kind. */
  scope: string;
  metric: string;
  period: string;
  amount: Int64;
  time_zone: string;
  source: string;
  revision: ColumnType<bigint, bigint | number | undefined, bigint | number>;
  created_at: Int64;
  updated_at: Int64;
  deleted_at: Int64OrNull;
}

export interface LimitCountersTable {
  limit_id: string;
  subject: string;
  window_start: Int64;
  settled: Int64;
  held: Int64;
  /** JSON: the seconds of a sliding minute. */
  slots: string | null;
}

/** `duration_3` counts requests in the step of that number (core/usage-hours.ts). */
type Histograms = {
  [column in `${'duration' | 'first_token'}_${number}`]: ColumnType<
    bigint,
    bigint | number | undefined,
    bigint | number
  >;
};

export interface UsageHoursTable extends Histograms {
  /** Unix ms of its beginning. */
  hour: Int64;
  key_id: string;
  model: string;
  provider: string;
  project_id: string;
  requests: Int64;
  errors: Int64;
  partials: Int64;
  input_tokens: Int64;
  output_tokens: Int64;
  cached_input_tokens: Int64;
  cache_write_tokens: Int64;
  reasoning_tokens: Int64;
  /** Input and output within the holds: what limits of tokens count. */
  charged_tokens: Int64;
  cost_nanousd: Int64;
  last_started_at: Int64;
}

/** The same by days of UTC (Unix ms). */
export interface UsageDaysTable extends Omit<UsageHoursTable, 'hour' | 'last_started_at'> {
  day: Int64;
}

/** How many requests of the hour ended with the error. */
export interface UsageErrorsTable {
  hour: Int64;
  key_id: string;
  model: string;
  provider: string;
  project_id: string;
  /** Of the catalogue. */
  code: string;
  requests: Int64;
}

export interface UsageErrorDaysTable extends Omit<UsageErrorsTable, 'hour'> {
  day: Int64;
}

export interface AuditLogTable {
  id: string;
  at: Int64;
  actor: string;
  action: string;
  target_kind: string;
  target_id: string;
  before: string | null;
  after: string | null;
}

export interface GenerationsTable {
  name: string;
  value: Int64;
}

export interface RequestsTable {
  id: string;
  state: string;
  key_id: string;
  project_id: string;
  model: string;
  provider: string;
  upstream_model: string;
  price_version: string;
  hold_nanousd: Int64;
  cost_nanousd: Int64OrNull;
  input_tokens: Int64OrNull;
  output_tokens: Int64OrNull;
  cached_input_tokens: Int64OrNull;
  cache_write_tokens: Int64OrNull;
  reasoning_tokens: Int64OrNull;
  usage_source: string | null;
  stream: Int64;
  partial: Int64;
  recovered: Int64;
  error: string | null;
  /** JSON; null when one attempt without an error says nothing the row does not. */
  attempts: string | null;
  started_at: Int64;
  first_token_ms: Int64OrNull;
  duration_ms: Int64OrNull;
  node_epoch: Int64;
  end_user: string | null;
  output_cap: Int64OrNull;
  hold_tokens: Int64;
  /** Beyond the hold, charged to nobody. */
  uncharged_nanousd: Int64;
  /** Unix ms of the last checkpoint of a row that is held. */
  checkpoint_at: Int64OrNull;
  /** JSON of the rarer members of a usage (usage-details.ts); null = none. */
  usage_details: string | null;
  /** JSON (request-details.ts); null = nothing is known. */
  details: string | null;
}

/** Rows are never changed but to be withdrawn. */
export interface PricesTable {
  version: string;
  /** Public name of the model it was for. */
  model: string;
  /** JSON (core/price-terms.ts). */
  terms: string;
  source: string;
  valid_from: Int64;
  created_at: Int64;
  withdrawn_at: Int64OrNull;
}

/** One row, `id` 1. */
export interface LedgerStateTable {
  id: Int64;
  /** Unix ms of a whole hour: rows of before may have been deleted. */
  horizon: Int64;
}

export interface NodesTable {
  epoch: Int64;
  /** Name of the node; a node gets a new epoch at every start. */
  id: string;
  started_at: Int64;
  stopped_at: Int64OrNull;
  /** Unix ms by the database's clock, where several nodes share it. */
  heartbeat_at: Int64OrNull;
}

export interface SecretsTable {
  name: string;
  /** Base64, as `nonce`. */
  ciphertext: string;
  nonce: string;
  key_id: string;
  created_at: Int64;
  updated_at: Int64;
}

/** One row, `id` 1. */
export interface SecretsStateTable {
  id: Int64;
  revision: string;
  key_id: string;
}

/** `outcome` and `answer` are null until the request has answered. */
export interface IdempotencyTable {
  key_id: string;
  key_hash: string;
  request_id: string;
  body_hash: string;
  created_at: Int64;
  expires_at: Int64;
  outcome: string | null;
  answer: string | null;
}

export interface MembersTable {
  id: string;
  name: string;
  email: string;
  /** The address as it is compared: NFKC, lower case. */
  email_key: string;
  role: string;
  status: string;
  /** PHC string; null = no password (invited, or single sign-on only). */
  password: string | null;
  last_seen_at: Int64OrNull;
  created_at: Int64;
  revision: ColumnType<bigint, bigint | number | undefined, bigint | number>;
}

export interface MemberIdentitiesTable {
  issuer: string;
  subject: string;
  member_id: string;
  created_at: Int64;
}

export interface MemberLinksTable {
  hash: string;
  member_id: string;
  kind: string;
  created_at: Int64;
  expires_at: Int64;
  used_at: Int64OrNull;
}

export interface SessionsTable {
  hash: string;
  /** What it is called where it is listed. */
  id: string;
  member_id: string;
  /** `password`, `link`, or `sso:` and the provider's name. */
  method: string;
  address: string;
  user_agent: string;
  created_at: Int64;
  last_seen_at: Int64;
  /** Unix ms of the end nothing puts off. */
  expires_at: Int64;
}

/** What was said in a request, sealed (accounts/content-box.ts). */
export interface RequestContentTable {
  request_id: string;
  key_id: string;
  created_at: Int64;
  /** As the client sent it and got it, before anything was left out. */
  prompt_bytes: Int64;
  answer_bytes: Int64;
  /** Fingerprint of the master key. */
  secret_key: string;
  /** Base64, as `ciphertext`. */
  nonce: string;
  ciphertext: string;
}

/** Providers and models that administrators made. */
export interface RoutingEntriesTable {
  kind: string;
  name: string;
  /** JSON, as in tollgate.yaml. */
  entry: string;
  /** JSON: what may be shown of the secrets it refers to. */
  secrets: string;
  /** Generation `routing` of its last change. */
  revision: Int64;
  created_at: Int64;
  updated_at: Int64;
}

export interface Schema {
  request_content: RequestContentTable;
  organizations: OrganizationsTable;
  projects: ProjectsTable;
  api_keys: ApiKeysTable;
  api_key_secrets: ApiKeySecretsTable;
  admin_tokens: AdminTokensTable;
  requests: RequestsTable;
  nodes: NodesTable;
  prices: PricesTable;
  ledger_state: LedgerStateTable;
  limits: LimitsTable;
  limit_counters: LimitCountersTable;
  usage_hours: UsageHoursTable;
  usage_days: UsageDaysTable;
  usage_errors: UsageErrorsTable;
  usage_error_days: UsageErrorDaysTable;
  audit_log: AuditLogTable;
  generations: GenerationsTable;
  secrets: SecretsTable;
  secrets_state: SecretsStateTable;
  idempotency: IdempotencyTable;
  members: MembersTable;
  member_identities: MemberIdentitiesTable;
  member_links: MemberLinksTable;
  sessions: SessionsTable;
  routing_entries: RoutingEntriesTable;
}
