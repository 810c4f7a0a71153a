// The table of prices, in any database.
import { type Kysely, type Selectable, sql } from 'kysely';
import type { PriceRecord, PriceSource, PriceStore } from '../../core/prices.ts';
import { bumpGeneration, insertAudit } from './audit.ts';
import { type QueryRunner, runAll, runOne } from './query-runner.ts';
import type { PricesTable, Schema } from './schema.ts';

export function createPriceStore(db: Kysely<Schema>, runner: QueryRunner): PriceStore {
  return {
    record: async (prices) => {
      if (prices.length > 0)
        await runAll(
          runner,
          prices.map((price) => insertPrice(db, price)),
        );
    },
    set: async (price, audit) => {
      // A price set again as it was before is in force from now on.
      const again = db
        .updateTable('prices')
        .set({ withdrawn_at: null, valid_from: price.validFrom })
        .where('version', '=', price.version)
        .where('withdrawn_at', 'is not', null)
        .returning('version');
      const standing = db
        .selectFrom('prices')
        .select('version')
        .where('version', '=', price.version)
        .where('withdrawn_at', 'is', null);
      const [, , revived = [], inserted = []] = await runAll(runner, [
        bumpGeneration(db, 'prices'),
        insertAudit(db, audit, sql<boolean>`not exists ${standing}`),
        again,
        insertPrice(db, price).returning('version'),
      ]);
      return revived.length + inserted.length > 0;
    },
    withdraw: async (version, at, audit) => {
      const standing = db
        .selectFrom('prices')
        .select('version')
        .where('version', '=', version)
        .where('source', '=', 'admin')
        .where('withdrawn_at', 'is', null);
      const [, , withdrawn = []] = await runAll(runner, [
        bumpGeneration(db, 'prices'),
        insertAudit(db, audit, sql<boolean>`exists ${standing}`),
        db
          .updateTable('prices')
          .set({ withdrawn_at: at })
          .where('version', '=', version)
          .where('source', '=', 'admin')
          .where('withdrawn_at', 'is', null)
          .returning('version'),
      ]);
      return withdrawn.length === 1;
    },
    price: async (version) =>
      (await runOne(runner, selectPrices(db).where('version', '=', version))).map(priceFromRow)[0],
    history: async (model) =>
      (
        await runOne(
          runner,
          selectPrices(db)
            .where('model', '=', model)
            .orderBy('created_at', 'desc')
            .orderBy('version', 'desc')
            .limit(200),
        )
      ).map(priceFromRow),
    administered: async () =>
      (
        await runOne(
          runner,
          selectPrices(db)
            .where('source', '=', sql.lit('admin'))
            .where('withdrawn_at', 'is', null)
            .orderBy('valid_from')
            .orderBy('created_at')
            .orderBy('version'),
        )
      ).map(priceFromRow),
  };
}

export function selectPrices(db: Kysely<Schema>) {
  return db.selectFrom('prices').selectAll();
}

export function priceFromRow(row: Selectable<PricesTable>): PriceRecord {
  return {
    version: row.version,
    model: row.model,
    terms: row.terms,
    source: row.source as PriceSource,
    validFrom: Number(row.valid_from),
    createdAt: Number(row.created_at),
    ...(row.withdrawn_at === null ? {} : { withdrawnAt: Number(row.withdrawn_at) }),
  };
}

function insertPrice(db: Kysely<Schema>, price: PriceRecord) {
  return db
    .insertInto('prices')
    .values({
      version: price.version,
      model: price.model,
      terms: price.terms,
      source: price.source,
      valid_from: price.validFrom,
      created_at: price.createdAt,
      withdrawn_at: null,
    })
    .onConflict((conflict) => conflict.column('version').doNothing());
}
