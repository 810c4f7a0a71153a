// Provider secrets, encrypted, and the one row that every change of them goes through.
import type { Migration } from './migration.ts';

export const secretTables: Migration = {
  version: 2,
  name: 'secrets',
  statements: [
    `create table secrets (
  name {id} primary key,
  ciphertext text not null,
  nonce text not null,
  key_id text not null,
  created_at {int64} not null,
  updated_at {int64} not null
){keyed}`,
    // Writers change this row first and only from the revision they read, so none overwrites what it has not seen.
    `create table secrets_state (
  id {int64} primary key check (id = 1),
  revision text not null,
  key_id text not null
){plain}`,
    `insert into secrets_state (id, revision, key_id) values (1, '', '')`,
  ],
};
