import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../tests/ledger/fixtures.ts';
import { migrations } from '../migrations/index.ts';
import { migrate } from './migrate.ts';
import { writeStateCheckOut } from './state-check.ts';

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  return database;
}

function insert(database: DatabaseSync, id: string, state: string, cost: number | null = 1): void {
  database
    .prepare(
      `insert into requests (id, state, key_id, project_id, model, provider, upstream_model, price_version,
         hold_nanousd, cost_nanousd, stream, partial, recovered, started_at, node_epoch)
       values (?, ?, 'k', 'p', 'm', 'p', 'm', 'v', 1, ?, 0, 0, 0, 1, 1)`,
    )
    .run(id, state, cost);
}

const planOf = (database: DatabaseSync) =>
  database
    .prepare("explain update requests set cost_nanousd = 1, state = 'settled' where id = 'x'")
    .all()
    .map(({ opcode }) => opcode);

describe('the check of states', () => {
  it('allows what it did, without a table for each row, in a database full of rows', () => {
    const path = join(temporaryFolder(), 'ledger.sqlite');
    const database = open(path);
    database.exec('pragma journal_mode = wal');
    migrate(database, migrations, 1);
    const beside = open(path);
    for (const state of ['held', 'settled', 'released']) insert(database, `old ${state}`, state);
    expect(planOf(database)).toContain('OpenEphemeral');

    writeStateCheckOut(database);
    writeStateCheckOut(database);

    // A connection that was open before sees it too, and one that comes later.
    for (const [name, each] of Object.entries({ database, beside, later: open(path) })) {
      expect(planOf(each), name).not.toContain('OpenEphemeral');
      for (const state of ['held', 'settled', 'released']) insert(each, `${name} ${state}`, state);
      expect(() => insert(each, 'odd', 'open'), name).toThrow(/CHECK constraint failed/);
      expect(() => insert(each, 'odd', 'settled', null), name).toThrow(/CHECK constraint failed/);
      expect(() => each.exec("update requests set state = '' where id = 'old held'")).toThrow(/CHECK/);
    }
    expect(database.prepare('select count(*) as rows from requests').get()?.rows).toBe(12);
    expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    expect(() => database.exec("update sqlite_schema set sql = sql where name = 'requests'")).toThrow(
      /may not be modified/,
    );
  });
});
