// People who use the console: members, the links that let them in once, their sessions, and sign-ins that are under way at an
// identity provider. Every secret is stored as its SHA-256, passwords as argon2id.
import type { Migration } from './migration.ts';

export const members: Migration = {
  version: 7,
  name: 'members',
  statements: [
    `create table members (
  id {id} primary key,
  name text not null,
  email text not null,
  email_key {id} not null unique,
  role text not null check (role in ('admin', 'member', 'viewer')),
  status text not null check (status in ('invited', 'active', 'disabled')),
  password text,
  last_seen_at {int64},
  created_at {int64} not null,
  revision {int64} not null default 1
){plain}`,
    // Who somebody is for an identity provider: an e-mail address may change hands, the pair of issuer and subject does not.
    `create table member_identities (
  issuer text not null,
  subject text not null,
  member_id {id} not null references members (id),
  created_at {int64} not null,
  primary key (issuer, subject)
){keyed}`,
    `create index member_identities_member on member_identities (member_id)`,
    // One of each kind a member. Kept after use, so that the page can say that it was used.
    `create table member_links (
  hash {id} primary key,
  member_id {id} not null references members (id),
  kind text not null check (kind in ('invite', 'reset')),
  created_at {int64} not null,
  expires_at {int64} not null,
  used_at {int64}
){keyed}`,
    `create index member_links_member on member_links (member_id)`,
    `create table sessions (
  hash {id} primary key,
  id {id} not null unique,
  member_id {id} not null references members (id),
  method text not null,
  address text not null,
  user_agent text not null,
  created_at {int64} not null,
  last_seen_at {int64} not null,
  expires_at {int64} not null
){keyed}`,
    `create index sessions_member on sessions (member_id)`,
    `create index sessions_expires on sessions (expires_at)`,
    `create table sso_flows (
  state_hash {id} primary key,
  browser_hash text not null,
  provider text not null,
  nonce text not null,
  verifier text not null,
  redirect_uri text not null,
  next text not null,
  created_at {int64} not null,
  expires_at {int64} not null
){keyed}`,
    // Whose key it is; null: nobody's but the administrators'.
    `alter table api_keys add column member_id {id} references members (id)`,
    `create index api_keys_member on api_keys (member_id)`,
  ],
};
