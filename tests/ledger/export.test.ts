// What leaves the ledger as text: exact, readable by spreadsheets without being run by them, of one moment; and the command as
// operators run it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportHead, exportRow } from '../../src/accounts/ledger-export.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { LedgerFact } from '../../src/core/ledger-snapshot.ts';
import { openLedgerSnapshot } from '../../src/store/open-snapshot.ts';
import { runCommand } from '../support/serve-process.ts';
import { databases, stopPostgresAfterAll, type TestDatabase } from './databases.ts';
import { holdEntry, openGatewayStore, settlement, temporaryFolder, worth } from './fixtures.ts';

stopPostgresAfterAll();

const monday = 1_699_833_600_000;
const day = 86_400_000;

const fact: LedgerFact = {
  id: 'req_1',
  state: 'settled',
  keyId: 'key_1',
  projectId: 'proj_1',
  model: 'gpt-5.1',
  provider: 'openai',
  upstreamModel: 'gpt-5.1',
  priceVersion: 'tollgate.yaml@0123456789ab',
  hold: 2n ** 62n,
  holdTokens: 500,
  cost: 1_250_000_001n,
  uncharged: 5n,
  usage: { input: 10, output: 20, serviceTier: 'flex', audioInput: 3 },
  usageSource: 'reported',
  stream: true,
  partial: false,
  recovered: false,
  endUser: 'ann',
  startedAt: monday,
  durationMs: 12,
  nodeEpoch: 1,
};

/** RFC 4180, section 2. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',' || (char === '\r' && text[at + 1] === '\n')) {
      row.push(cell);
      cell = '';
      if (char === '\r') {
        rows.push(row);
        row = [];
        at++;
      }
    } else cell += char;
  }
  return rows;
}

describe('a row', () => {
  const table = (row: LedgerFact) => {
    const [head = [], cells = []] = parseCsv(exportHead('csv') + exportRow(row, 'csv'));
    return Object.fromEntries(head.map((name, at) => [name, cells[at]]));
  };

  test('has its money twice, exact, and nothing where nothing is known', () => {
    expect(table(fact)).toMatchObject({
      id: 'req_1',
      started_at: '2023-11-13T00:00:00.000Z',
      cost_usd: '1.250000001',
      cost_nanousd: '1250000001',
      uncharged_usd: '0.000000005',
      hold_nanousd: '4611686018427387904',
      service_tier: 'flex',
      audio_input_tokens: '3',
      cached_input_tokens: '',
      error: '',
      stream: 'true',
      first_token_ms: '',
    });
    const line = JSON.parse(exportRow(fact, 'jsonl'));
    expect(line).toMatchObject({
      cost_usd: '1.250000001',
      hold_nanousd: '4611686018427387904',
      stream: true,
    });
    expect(line).not.toHaveProperty('error');
    expect(exportHead('jsonl')).toBe('');
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\uff1d1', '=cmd|"/c calc"!A1'])(
    '%j is no formula',
    (endUser) => {
      expect(table({ ...fact, endUser }).end_user).toBe(`'${endUser}`);
      expect(JSON.parse(exportRow({ ...fact, endUser }, 'jsonl')).end_user).toBe(endUser);
    },
  );

  test('any text comes back as it was, in one cell of one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (endUser, error) => {
        const text = exportHead('csv') + exportRow({ ...fact, endUser, error }, 'csv');
        const rows = parseCsv(text);
        expect(rows).toHaveLength(2);
        expect(rows[1]).toHaveLength(rows[0]?.length ?? 0);
        expect(
          table({ ...fact, endUser }).end_user?.replace(/^'(?=[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])/, ''),
        ).toBe(endUser);
        expect(exportRow({ ...fact, endUser, error }, 'jsonl').split('\n')).toHaveLength(2);
      }),
    );
  });
});

async function factsOf(database: TestDatabase, filter: object, most = 100): Promise<string[]> {
  const [folder = '', url] = database.arguments;
  const databaseUrl = url === undefined ? undefined : { reveal: () => url };
  await using snapshot = await openLedgerSnapshot(
    { dataFolder: folder, databaseUrl },
    { clock: systemClock },
  );
  return (await snapshot.facts(filter, undefined, most)).map(({ id }) => id);
}

for (const kind of databases) {
  describe.skipIf(kind.missing)(kind.name, () => {
    test('rows are chosen by when they began, key, project and model', async () => {
      const database = await kind.create();
      const { store } = await database.open();
      for (let index = 0; index < 6; index++) {
        const model = index % 2 === 0 ? 'even' : 'odd';
        await store.ledgerWriter.hold(holdEntry(`req_${index}`, { startedAt: monday + index * day, model }));
      }
      expect(await factsOf(database, {})).toEqual(['req_0', 'req_1', 'req_2', 'req_3', 'req_4', 'req_5']);
      expect(await factsOf(database, {}, 2)).toEqual(['req_0', 'req_1']);
      expect(await factsOf(database, { from: monday + day, to: monday + 3 * day })).toEqual([
        'req_1',
        'req_2',
      ]);
      expect(await factsOf(database, { model: 'odd', from: monday + 2 * day })).toEqual(['req_3', 'req_5']);
      expect(await factsOf(database, { keyId: 'key_other' })).toEqual([]);
      expect(await factsOf(database, { projectId: 'proj_test', keyId: 'key_test' })).toHaveLength(6);
    });
  });
}

describe('the command', { timeout: 120_000 }, () => {
  async function books(): Promise<{ folder: string; run(...args: string[]): ReturnType<typeof runCommand> }> {
    const folder = temporaryFolder();
    const { store } = await openGatewayStore(folder);
    await store.prices.record([
      {
        version: 'free',
        model: 'm',
        terms: '{"input":"0","output":"0"}',
        source: 'config',
        validFrom: 1,
        createdAt: 1,
      },
    ]);
    for (let index = 0; index < 3; index++) {
      const worst = worth(1_000n, 100);
      const entry = holdEntry(`req_${index}`, {
        startedAt: monday + index * day,
        priceVersion: 'free',
        worst,
      });
      await store.ledgerWriter.hold(entry);
      await store.ledgerWriter.settle(settlement(entry.id, { cost: 0n }));
    }
    return { folder, run: (...args) => runCommand(['ledger', ...args, '--data', folder], {}) };
  }

  test('verify says that the books balance beside a gateway that runs, and what differs where they do not', async () => {
    const { folder, run } = await books();
    const good = await run('verify');
    expect(good).toMatchObject({ code: 0 });
    expect(good.output).toContain('The books balance. 3 rows (0 held), 0 counters of limits.');
    const { DatabaseSync } = await import('node:sqlite');
    using database = new DatabaseSync(`${folder}/tollgate.sqlite`);
    database.exec(`update requests set cost_nanousd = 7 where id = 'req_1'`);
    const bad = await run('verify');
    expect(bad.code).toBe(1);
    expect(bad.output).toMatch(/2 differences found\. 3 rows/);
    expect(bad.output).toMatch(/row +req_1 +cost_nanousd +0 +7\n/);
    const json = await run('verify', '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.output)).toMatchObject({
      ok: false,
      rows: 3,
      wrong: 2,
      findings: [{ id: 'req_1' }, {}],
    });
  });

  test('export writes what was asked for', async () => {
    const { run } = await books();
    const csv = await run('export', '--format', 'csv', '--from', '2023-11-14');
    expect(csv.code).toBe(0);
    expect(parseCsv(csv.output).map(([id]) => id)).toEqual(['id', 'req_1', 'req_2']);
    const lines = await run('export', '--format', 'jsonl', '--to', '2023-11-14T00:00:00Z');
    expect(
      lines.output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual(['req_0']);
  });

  test.each([
    [['prove'], 'there is no action `prove`.'],
    [[], 'say verify or export.'],
    [['export'], 'say --format csv or --format jsonl.'],
    [['export', '--format', 'xlsx'], 'there is no format `xlsx`: csv or jsonl.'],
    [['export', '--format', 'csv', '--from', '2026-02-30'], '--from takes a day in UTC'],
    [['export', '--format', 'csv', '--from', 'yesterday'], '--from takes a day in UTC'],
    [
      ['export', '--format', 'csv', '--from', '2026-02-02', '--to', '2026-02-02'],
      '--from must lie before --to.',
    ],
    [['export', '--format', 'csv', '--json'], '--json is not for export.'],
    [['verify', '--format', 'csv'], '--format is not for verify.'],
    [['verify', 'all'], '`all` is one argument too many.'],
  ])('%j is wrong use', async (args, message) => {
    const { code, output } = await runCommand(['ledger', ...args, '--data', temporaryFolder()], {});
    expect([code, output]).toEqual([2, expect.stringContaining(message)]);
  });

  test('where there is no ledger, none is made', async () => {
    const folder = temporaryFolder();
    const { code, output } = await runCommand(['ledger', 'verify', '--data', folder], {});
    expect([code, output]).toEqual([1, expect.stringContaining('there is no ledger in')]);
  });
});
