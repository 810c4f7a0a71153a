// Projects, API keys, the ledger of requests, and the runs of each node. Released migrations never change: the
// next change of the schema is the next file.
import type { Migration } from './migration.ts';

export const firstTables: Migration = {
  version: 1,
  name: 'first-tables',
  statements: [
    `create table projects (
  id {id} primary key,
  name text not null unique,
  created_at {int64} not null
){keyed}`,
    `create table api_keys (
  id {id} primary key,
  project_id {id} not null references projects (id),
  name text not null,
  hash text not null unique,
  preview text not null,
  status text not null check (status in ('active', 'disabled', 'revoked')),
  models text,
  created_at {int64} not null,
  expires_at {int64},
  revoked_at {int64}
){keyed}`,
    `create table requests (
  id {id} primary key,
  state text not null check (state in ('held', 'settled', 'released')),
  key_id {id} not null,
  project_id {id} not null,
  model text not null,
  provider text not null,
  upstream_model text not null,
  price_version text not null,
  hold_nanousd {int64} not null,
  cost_nanousd {int64},
  input_tokens {int64},
  output_tokens {int64},
  cached_input_tokens {int64},
  cache_write_tokens {int64},
  reasoning_tokens {int64},
  usage_source text,
  stream {int64} not null,
  partial {int64} not null,
  recovered {int64} not null,
  error text,
  attempts text,
  started_at {int64} not null,
  first_token_ms {int64},
  duration_ms {int64},
  node_epoch {int64} not null,
  check (state = 'held' or cost_nanousd is not null)
){keyed}`,
    // Only rows that are held now are in it, so a start after a crash reads those and not the whole ledger.
    `create index requests_held on requests (node_epoch) where state = 'held'`,
    `create table nodes (
  epoch {int64} primary key,
  id text not null,
  started_at {int64} not null,
  stopped_at {int64}
){plain}`,
  ],
};
