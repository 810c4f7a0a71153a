// The key with which somebody's playground calls models: one in each project for each member, and one for the admin token.
import type { Migration } from './migration.ts';

export const playgroundKeys: Migration = {
  version: 9,
  name: 'playground-keys',
  statements: [
    // Null: a key like any other; `playground`: its secrets are given out by the console and end by themselves.
    `alter table api_keys add column kind text check (kind in ('playground'))`,
    `create index api_keys_playground on api_keys (project_id, member_id) where kind = 'playground'`,
  ],
};
