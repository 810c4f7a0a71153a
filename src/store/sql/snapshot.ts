// The ledger at one moment, over one connection that holds a read transaction.
import type { Compilable, InferResult, Kysely } from 'kysely';
import type { LedgerSnapshot, SumDifference } from '../../core/ledger-snapshot.ts';
import { factFromRow, selectFacts, selectHorizon } from './export.ts';
import { limitFromRow } from './limits-in-force.ts';
import { priceFromRow, selectPrices } from './prices.ts';
import type { CompiledQuery, Parameter } from './query-runner.ts';
import type { Schema } from './schema.ts';
import * as verify from './verify.ts';
import { sumDifferenceQueries } from './verify-sums.ts';

/** A connection whose read transaction has begun, and ends when it is disposed of. Rejects with StoreError. */
export interface ReadSession extends AsyncDisposable {
  read(query: CompiledQuery): Promise<Record<string, unknown>[]>;
}

export function createLedgerSnapshot(db: Kysely<Schema>, session: ReadSession): LedgerSnapshot {
  async function rows<Query extends Compilable>(query: Query): Promise<InferResult<Query>> {
    const { sql, parameters } = query.compile();
    return (await session.read({
      sql,
      parameters: parameters as readonly Parameter[],
    })) as InferResult<Query>;
  }
  return {
    horizon: async () => Number((await rows(selectHorizon(db)))[0]?.horizon ?? 0),
    facts: async (filter, after, most) => (await rows(selectFacts(db, filter, after, most))).map(factFromRow),
    prices: async () => (await rows(selectPrices(db))).map(priceFromRow),
    limits: async () =>
      (await rows(db.selectFrom('limits').selectAll().where('deleted_at', 'is', null))).map(limitFromRow),
    counters: async () => (await rows(verify.selectCounters(db))).map(verify.counterFromRow),
    nodes: async () => (await rows(verify.selectNodes(db))).map(verify.nodeFromRow),
    organizations: async () =>
      new Map((await rows(verify.selectOrganizations(db))).map((row) => [row.id, row.organization_id])),
    hourDifferences: async (horizon, most) => {
      const { sql, parameters } = verify.selectHourDifferences(db, horizon, most);
      const found = await session.read({ sql, parameters: parameters as readonly Parameter[] });
      return found.map(verify.hourDifferenceFromRow);
    },
    async sumDifferences(horizon, most) {
      const found: SumDifference[] = [];
      for (const { query, read } of sumDifferenceQueries(db, horizon, most)) {
        found.push(...(await session.read(query)).map(read));
      }
      return found;
    },
    closedHours: async (horizon) =>
      horizon === 0 ? [] : (await rows(verify.selectClosedHours(db, horizon))).map(verify.closedHourFromRow),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
