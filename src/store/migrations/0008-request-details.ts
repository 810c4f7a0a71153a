// What a request's page shows beside its money: times and facts of the client, and where it is wanted what was said. Indexes for
// searches that few rows match: each has those few rows alone, so that the others cost nothing when they are written.
import type { Migration } from './migration.ts';

export const requestDetails: Migration = {
  version: 8,
  name: 'request-details',
  statements: [
    `alter table requests add column details text`,
    `create index requests_error on requests (error, id) where error is not null`,
    `create index requests_released on requests (id) where state = 'released'`,
    `create index requests_recovered on requests (id) where recovered = 1`,
    // Sealed under the master key. Apart from the rows, which are read by the million.
    `create table request_content (
  request_id {id} primary key,
  key_id {id} not null,
  created_at {int64} not null,
  prompt_bytes {int64} not null,
  answer_bytes {int64} not null,
  secret_key text not null,
  nonce text not null,
  ciphertext text not null
){plain}`,
    `create index request_content_created on request_content (created_at)`,
  ],
};
