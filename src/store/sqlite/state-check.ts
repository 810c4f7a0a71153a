// The check of a request's state, put into words that SQLite evaluates as it goes. For a list of more than two values it builds a
// table of its own, for each row that is inserted or updated: a fifth of what a transaction of the ledger cost. It allows the same.
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './transaction.ts';

const asList = "state in ('held', 'settled', 'released')";
const oneByOne = "state = 'held' or state = 'settled' or state = 'released'";

/**
 * Does nothing where it is done. Only the text of the table changes, none of its rows: SQLite's own procedure for such a change
 * (https://sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes"). Other connections read the tables anew.
 */
export function writeStateCheckOut(database: DatabaseSync): void {
  const isList = database.prepare(
    "select 1 from sqlite_schema where type = 'table' and name = 'requests' and instr(sql, ?) > 0",
  );
  if (!isList.get(asList)) return;
  database.enableDefensive(false);
  try {
    inTransaction(database, () => {
      const { schema_version: version } = database.prepare('pragma schema_version').get() as {
        schema_version: number;
      };
      database.exec('pragma writable_schema = on');
      database
        .prepare(
          "update sqlite_schema set sql = replace(sql, ?, ?) where type = 'table' and name = 'requests'",
        )
        .run(asList, oneByOne);
      database.exec(`pragma schema_version = ${version + 1}`);
    });
  } finally {
    database.exec('pragma writable_schema = off');
    database.enableDefensive(true);
  }
}
