// Earlier secrets of keys that were given a new one, the token of the admin API, and what its lists are read by.
import type { Migration } from './migration.ts';

export const administration: Migration = {
  version: 5,
  name: 'administration',
  statements: [
    // A key keeps its id, limits and history when it gets a new secret; the old one works on until it expires.
    `create table api_key_secrets (
  hash {id} primary key,
  key_id {id} not null references api_keys (id),
  preview text not null,
  created_at {int64} not null,
  expires_at {int64} not null
){keyed}`,
    `create index api_key_secrets_key on api_key_secrets (key_id)`,
    `create table admin_tokens (
  id {id} primary key,
  hash text not null,
  created_at {int64} not null
){keyed}`,
    // What one key did, without reading the hours of all others. Written once per hour and key, not per request.
    `create index usage_hours_key on usage_hours (key_id, hour)`,
    `create index projects_organization on projects (organization_id)`,
    `create index api_keys_project on api_keys (project_id)`,
  ],
};
