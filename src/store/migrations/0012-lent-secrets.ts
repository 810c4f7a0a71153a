// A secret that the playground gave out belongs to the session it was given to, and ends with it. Sign-ins under way at an identity
// provider need no rows any more: the browser that began one keeps what is needed.
import type { Migration } from './migration.ts';

export const lentSecrets: Migration = {
  version: 12,
  name: 'lent-secrets',
  statements: [
    // Null: ends by its time alone. No reference: that the session is gone is what says that the secret has ended.
    `alter table api_key_secrets add column session_id {id}`,
    // It is not known to whom those were given. Pages ask for another by themselves.
    `delete from api_key_secrets where key_id in (select id from api_keys where kind = 'playground')`,
    `drop table sso_flows`,
  ],
};
