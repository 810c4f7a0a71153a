// Idempotency keys of a batch. Taken before anything is decided, in one order: of two nodes the second waits until the first
// has committed, and then sees who has the key. What is refused afterwards gives its key back in the same transaction.
import type { Client, QueryConfig, QueryResult } from 'pg';
import type { ClaimHolder, IdempotencyClaim } from '../../core/idempotency.ts';
import type { HoldEntry } from '../../core/ports.ts';
import { pipeline } from './connect.ts';

export interface Claims {
  /** The other request that has the key of this entry; `undefined` when it has got it, or claims none. */
  holderOf(entry: HoldEntry): ClaimHolder | undefined;
  /** Gives back the keys of entries that are not held after all. */
  release(ids: ReadonlySet<string>): QueryConfig[];
}

const none: Claims = { holderOf: () => undefined, release: () => [] };

/** Inside the transaction of the batch. `released`: requests that reached no model, as this batch will write. */
export async function takeClaims(
  client: Client,
  entries: readonly HoldEntry[],
  released: readonly string[],
): Promise<Claims> {
  const wanted = oneForEachKey(entries);
  if (wanted.length === 0) return none;
  const [, found] = await pipeline(client, [insert(wanted, released), select(wanted)]);
  const holders = new Map(holdersIn(found));
  return {
    holderOf(entry) {
      if (!entry.claim) return undefined;
      const holder = holders.get(nameOf(entry.keyId, entry.claim.keyHash));
      return holder?.requestId === entry.id ? undefined : holder;
    },
    release(ids) {
      const given = wanted.filter(({ id }) => ids.has(id)).map(({ id }) => id);
      if (given.length === 0) return [];
      return [{ text: 'delete from idempotency where request_id = any($1::text[])', values: [given] }];
    },
  };
}

type ClaimingEntry = HoldEntry & { readonly claim: IdempotencyClaim };

/** One statement changes a row once: of several with one key the first gets it. */
function oneForEachKey(entries: readonly HoldEntry[]): ClaimingEntry[] {
  const wanted = new Map<string, ClaimingEntry>();
  for (const entry of entries) {
    const { claim } = entry;
    if (!claim) continue;
    const name = nameOf(entry.keyId, claim.keyHash);
    if (!wanted.has(name)) wanted.set(name, { ...entry, claim });
  }
  return [...wanted.values()];
}

/** Leaves a key to the request that has it, unless that is over: it expired, or its request reached no model. */
function insert(entries: readonly ClaimingEntry[], released: readonly string[]): QueryConfig {
  return {
    name: 'tollgate_claim',
    text: `insert into idempotency (key_id, key_hash, request_id, body_hash, created_at, expires_at)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
  as given (key_id, key_hash, request_id, body_hash, created_at, expires_at)
order by key_id, key_hash
on conflict (key_id, key_hash) do update set request_id = excluded.request_id, body_hash = excluded.body_hash,
  created_at = excluded.created_at, expires_at = excluded.expires_at, outcome = null, answer = null
where idempotency.expires_at <= excluded.created_at or (idempotency.outcome is null and (
  idempotency.request_id = any($7::text[]) or exists (
    select 1 from requests where requests.id = idempotency.request_id and requests.state = 'released')))`,
    values: [
      entries.map(({ keyId }) => keyId),
      entries.map(({ claim }) => claim.keyHash),
      entries.map(({ id }) => id),
      entries.map(({ claim }) => claim.bodyHash),
      entries.map(({ startedAt }) => Math.round(startedAt)),
      entries.map(({ claim }) => Math.round(claim.expiresAt)),
      released,
    ],
  };
}

function select(entries: readonly ClaimingEntry[]): QueryConfig {
  return {
    name: 'tollgate_claim_holders',
    text: `select key_id, key_hash, request_id, body_hash from idempotency
join unnest($1::text[], $2::text[]) as given (key_id, key_hash) using (key_id, key_hash)`,
    values: [entries.map(({ keyId }) => keyId), entries.map(({ claim }) => claim.keyHash)],
  };
}

function holdersIn(found: QueryResult | undefined): [string, ClaimHolder][] {
  return (found?.rows ?? []).map((row) => [
    nameOf(String(row.key_id), String(row.key_hash)),
    { requestId: String(row.request_id), bodyHash: String(row.body_hash) },
  ]);
}

function nameOf(keyId: string, keyHash: string): string {
  return `${keyId} ${keyHash}`;
}
