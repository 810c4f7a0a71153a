// The tables as Kysely types: the same in every dialect. migrations/ makes them, the queries beside this file use
// them. Every 64-bit integer is read as bigint, whatever the driver's habit.
import type { ColumnType } from 'kysely';

/** Written as number or bigint, read as bigint. */
export type Int64 = ColumnType<bigint, bigint | number, bigint | number>;
type Int64OrNull = ColumnType<bigint | null, bigint | number | null, bigint | number | null>;

export interface ProjectsTable {
  id: string;
  name: string;
  created_at: Int64;
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
}

export interface NodesTable {
  epoch: Int64;
  /** Name of the node; a node gets a new epoch at every start. */
  id: string;
  started_at: Int64;
  stopped_at: Int64OrNull;
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

export interface Schema {
  projects: ProjectsTable;
  api_keys: ApiKeysTable;
  requests: RequestsTable;
  nodes: NodesTable;
  secrets: SecretsTable;
  secrets_state: SecretsStateTable;
}
