// Providers and models that administrators make while the gateway runs, each as its entry in tollgate.yaml would be. Credentials
// are not in here: entries refer to stored secrets.
import type { Migration } from './migration.ts';

export const routing: Migration = {
  version: 10,
  name: 'routing',
  statements: [
    `create table routing_entries (
  kind text not null check (kind in ('provider', 'model')),
  name {id} not null,
  entry text not null,
  secrets text not null,
  revision {int64} not null,
  created_at {int64} not null,
  updated_at {int64} not null,
  primary key (kind, name)
){keyed}`,
    `insert into generations (name, value) values ('routing', 1)`,
  ],
};
