// Reads the books straight from the database, beside the gateways and past all of their code.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** One row of the ledger; amounts in nano-USD. */
export interface BookRow {
  readonly id: string;
  readonly nonce: string;
  readonly state: 'held' | 'settled' | 'released';
  readonly hold: bigint;
  readonly holdTokens: number;
  readonly cost: bigint;
  readonly uncharged: bigint;
  readonly input: number;
  readonly output: number;
  readonly cap: number;
  readonly usageSource: string | null;
  readonly partial: boolean;
  readonly recovered: boolean;
  readonly error: string | null;
  readonly epoch: number;
  readonly priceVersion: string;
}

/** A limit on one key for all time, at one instant: its counter, and the rows it sums up. */
export interface Instant {
  readonly settled: bigint;
  readonly held: bigint;
  readonly ofRows: bigint;
}

export type Metric = 'cost' | 'tokens' | 'requests' | 'concurrent';

export interface Books extends AsyncDisposable {
  rows(): Promise<BookRow[]>;
  held(): Promise<number>;
  /** One statement, so one moment. `undefined` while there is no counter. */
  instant(limitId: string, keyId: string, metric: Metric): Promise<Instant | undefined>;
}

const used = '(coalesce(input_tokens, 0) + coalesce(output_tokens, 0))';
const counted: Readonly<Record<Metric, string>> = {
  cost: `case state when 'held' then hold_nanousd else cost_nanousd end`,
  tokens: `case when state = 'held' then hold_tokens when state = 'released' then 0
    when ${used} < hold_tokens then ${used} else hold_tokens end`,
  requests: `case state when 'released' then 0 else 1 end`,
  concurrent: `case state when 'held' then 1 else 0 end`,
};

const everyRow = `select id, end_user, state, hold_nanousd, hold_tokens, cost_nanousd, uncharged_nanousd, input_tokens,
  output_tokens, output_cap, usage_source, partial, recovered, error, node_epoch,
  price_version from requests order by id`;

type Cells = Readonly<Record<string, unknown>>;
type Query = (sql: string, parameters?: readonly string[]) => Promise<readonly Cells[]>;

function booksOver(query: Query, place: (index: number) => string, close: () => Promise<void>): Books {
  return {
    rows: async () => (await query(everyRow)).map(toRow),
    held: async () =>
      Number((await query(`select count(*) as held from requests where state = 'held'`))[0]?.held),
    async instant(limitId, keyId, metric) {
      const [row] = await query(
        `select settled, held, (select coalesce(sum(${counted[metric]}), 0) from requests where key_id = ${place(2)}) as rows
         from limit_counters where limit_id = ${place(1)}`,
        [limitId, keyId],
      );
      if (!row) return undefined;
      const [settled, held, ofRows] = [row.settled, row.held, row.rows].map((cell) => BigInt(String(cell)));
      return { settled: settled ?? 0n, held: held ?? 0n, ofRows: ofRows ?? 0n };
    },
    [Symbol.asyncDispose]: close,
  };
}

export function sqliteBooks(folder: string): Books {
  const database = new DatabaseSync(join(folder, 'tollgate.sqlite'), { readOnly: true, timeout: 10_000 });
  const query: Query = async (sql, parameters = []) => {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    return statement.all(...parameters);
  };
  return booksOver(
    query,
    (index) => `?${index}`,
    async () => database.close(),
  );
}

/** Connects anew when its server was killed. */
export async function postgresBooks(url: string): Promise<Books> {
  let client: InstanceType<typeof pg.Client> | undefined;
  const query: Query = async (sql, parameters = []) => {
    if (!client) {
      const made = new pg.Client({ connectionString: url });
      made.on('error', () => {
        if (client === made) client = undefined;
      });
      await made.connect();
      client = made;
    }
    return (await client.query(sql, [...parameters])).rows;
  };
  return booksOver(
    query,
    (index) => `$${index}`,
    async () => client?.end(),
  );
}

/** Waits until no row is held any more; throws with what is. */
export async function untilSettled(books: Books, longestMs = 60_000): Promise<void> {
  const until = performance.now() + longestMs;
  for (;;) {
    const held = await books.held().catch(() => Number.NaN);
    if (held === 0) return;
    if (performance.now() > until) throw new Error(`${held} rows are still held after ${longestMs} ms`);
    await delay(20);
  }
}

function toRow(row: Cells): BookRow {
  const amount = (name: string) => BigInt(String(row[name] ?? 0));
  const number = (name: string) => Number(row[name] ?? 0);
  return {
    id: String(row.id),
    nonce: String(row.end_user),
    state: row.state as BookRow['state'],
    hold: amount('hold_nanousd'),
    holdTokens: number('hold_tokens'),
    cost: amount('cost_nanousd'),
    uncharged: amount('uncharged_nanousd'),
    input: number('input_tokens'),
    output: number('output_tokens'),
    cap: number('output_cap'),
    usageSource: row.usage_source as string | null,
    partial: number('partial') === 1,
    recovered: number('recovered') === 1,
    error: row.error as string | null,
    epoch: number('node_epoch'),
    priceVersion: String(row.price_version),
  };
}
