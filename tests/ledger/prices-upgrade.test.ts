// A ledger of a release before prices and budgets: its rows are in the sums per hour and in the tokens that limits count, so
// that they can be checked like all others.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { verifyLedger } from '../../src/accounts/ledger-verify.ts';
import { systemClock } from '../../src/core/clock.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { openLedgerSnapshot } from '../../src/store/open-snapshot.ts';
import { migrate } from '../../src/store/sqlite/migrate.ts';
import { temporaryFolder } from './fixtures.ts';

const hour = 3_600_000;

test('rows of an older release are added up when the tables are made', async () => {
  const folder = temporaryFolder();
  {
    using database = new DatabaseSync(join(folder, 'tollgate.sqlite'));
    database.exec('pragma journal_mode = wal');
    migrate(database, migrations.slice(0, 2), 1);
    const insert = database.prepare(
      `insert into requests (id, state, key_id, project_id, model, provider, upstream_model, price_version, hold_nanousd, cost_nanousd, input_tokens, output_tokens, stream, partial, recovered, error, started_at, first_token_ms, duration_ms, node_epoch)
       values (?, ?, 'key_1', 'proj_1', 'm', 'openai', 'm', 'builtin@2026-01-01', 100, ?, ?, ?, 0, 0, 0, ?, ?, ?, ?, 1)`,
    );
    insert.run('req_1', 'settled', 50, 3, 4, null, 5 * hour + 7, 12, 300);
    insert.run('req_2', 'released', 0, null, null, 'upstream_error', 5 * hour + 9, null, 70_000);
    insert.run('req_3', 'settled', 60, 30, 40, null, 6 * hour, 10, 10);
    insert.run('req_4', 'held', null, null, null, null, 6 * hour, null, null);
  }
  await using snapshot = await openLedgerSnapshot(
    { dataFolder: folder, databaseUrl: undefined },
    { clock: systemClock },
  );
  // Nobody has kept their prices, and the node that holds the last one is not in the books.
  expect(await verifyLedger(snapshot)).toMatchObject({
    rows: 4,
    unpriced: 2,
    findings: [{ kind: 'held', id: 'req_4' }],
    wrong: 1,
  });
  using database = new DatabaseSync(join(folder, 'tollgate.sqlite'));
  const hours = database.prepare(
    'select hour, requests, errors, charged_tokens, cost_nanousd, duration_6, duration_15, duration_0, first_token_0, first_token_1 from usage_hours order by hour',
  );
  expect(hours.all().map((row) => Object.values(row))).toEqual([
    [5 * hour, 1, 1, 7, 50, 1, 1, 0, 0, 1],
    [6 * hour, 1, 0, 70, 60, 0, 0, 1, 1, 0],
  ]);
});
