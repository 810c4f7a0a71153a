// Who has which `Idempotency-Key`, and the answer that is kept for it. Not keyed by its columns: answers are long, and an index
// should not carry them.
import type { Migration } from './migration.ts';

export const idempotency: Migration = {
  version: 6,
  name: 'idempotency',
  statements: [
    `create table idempotency (
  key_id {id} not null,
  key_hash {id} not null,
  request_id {id} not null unique,
  body_hash text not null,
  created_at {int64} not null,
  expires_at {int64} not null,
  outcome text check (outcome in ('kept', 'too_large')),
  answer text,
  primary key (key_id, key_hash)
){plain}`,
    `create index idempotency_expires on idempotency (expires_at)`,
  ],
};
