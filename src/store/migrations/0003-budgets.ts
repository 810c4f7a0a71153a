// Organizations, limits with their counters, what a hold reserves and where, sums per hour, and the audit log.
import type { Migration } from './migration.ts';

/** One column per step of a histogram; the steps are in core/usage-hours.ts. */
const steps = (name: string) =>
  Array.from({ length: 16 }, (_, index) => `  ${name}_${index} {int64} not null default 0,\n`).join('');

export const budgets: Migration = {
  version: 3,
  name: 'budgets',
  statements: [
    `create table organizations (
  id {id} primary key,
  name text not null unique,
  metadata text,
  revision {int64} not null default 1,
  created_at {int64} not null
){keyed}`,
    `insert into organizations (id, name, created_at) values ('org_default', 'default', 0)`,
    `alter table projects add column organization_id {id} not null default 'org_default'`,
    `alter table projects add column status text not null default 'active'`,
    `alter table projects add column metadata text`,
    `alter table projects add column revision {int64} not null default 1`,
    `alter table api_keys add column allowed_ips text`,
    `alter table api_keys add column options text`,
    `alter table api_keys add column metadata text`,
    // The key that this one replaces; the old one has an end of its overlap in expires_at.
    `alter table api_keys add column replaces {id}`,
    `alter table api_keys add column revision {int64} not null default 1`,
    `create table limits (
  id {id} primary key,
  scope text not null,
  metric text not null check (metric in ('cost', 'tokens', 'requests', 'concurrent')),
  period text not null check (period in ('lifetime', 'month', 'week', 'day', 'hour', 'minute')),
  amount {int64} not null check (amount >= 0),
  time_zone text not null,
  source text not null check (source in ('admin', 'config')),
  revision {int64} not null default 1,
  created_at {int64} not null,
  updated_at {int64} not null,
  deleted_at {int64}
){keyed}`,
    `create table limit_counters (
  limit_id {id} not null,
  subject {id} not null,
  window_start {int64} not null,
  settled {int64} not null,
  held {int64} not null,
  slots text,
  primary key (limit_id, subject, window_start)
){keyed}`,
    `alter table requests add column end_user text`,
    `alter table requests add column output_cap {int64}`,
    `alter table requests add column hold_tokens {int64} not null default 0`,
    // What it cost beyond its hold and nobody is charged: cost + uncharged = price of the usage.
    `alter table requests add column uncharged_nanousd {int64} not null default 0`,
    `alter table requests add column checkpoint_at {int64}`,
    `create index requests_end_user on requests (end_user, id) where end_user is not null`,
    `create table usage_hours (
  hour {int64} not null,
  key_id {id} not null,
  model {id} not null,
  provider {id} not null,
  project_id {id} not null,
  requests {int64} not null default 0,
  errors {int64} not null default 0,
  partials {int64} not null default 0,
  input_tokens {int64} not null default 0,
  output_tokens {int64} not null default 0,
  cached_input_tokens {int64} not null default 0,
  cache_write_tokens {int64} not null default 0,
  reasoning_tokens {int64} not null default 0,
  charged_tokens {int64} not null default 0,
  cost_nanousd {int64} not null default 0,
${steps('duration')}${steps('first_token')}  last_started_at {int64} not null default 0,
  primary key (hour, key_id, model, provider, project_id)
){keyed}`,
    `create table audit_log (
  id {id} primary key,
  at {int64} not null,
  actor text not null,
  action text not null,
  target_kind text not null,
  target_id {id} not null,
  before text,
  after text
){keyed}`,
    // One row per fact that every process on the database must notice soon; `value` grows with each change.
    `create table generations (
  name {id} primary key,
  value {int64} not null
){keyed}`,
    `insert into generations (name, value) values ('limits', 1)`,
    `insert into generations (name, value) values ('keys', 1)`,
    `alter table nodes add column heartbeat_at {int64}`,
  ],
};
