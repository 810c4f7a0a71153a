// Proves the books: every row from its own price and usage, every counter and every hour as the sum of its rows, every day as that of its hours, and no row
// held by a node that is gone. Reads the ledger once, in pages, as it was at one moment. Knows no SQL.
import type { LedgerSnapshot } from '../core/ledger-snapshot.ts';
import type { Finding } from './ledger-finding.ts';
import { createCounterCheck } from './ledger-verify-counters.ts';
import { checkRow, createNodeCheck, readPriceBook } from './ledger-verify-row.ts';

export interface VerifyOptions {
  /** Told after every page. */
  readonly onProgress?: (rows: number) => void;
  /** Findings that are kept; the others are only counted. */
  readonly mostFindings?: number;
  readonly pageSize?: number;
}

export interface Verification {
  readonly rows: number;
  readonly held: number;
  /** Rows that are older than the table of prices: their price is not kept, so it was not recomputed. */
  readonly unpriced: number;
  readonly counters: number;
  /** Counters that reach back behind `horizon` in a way that only the deleted rows could tell. */
  readonly skippedCounters: number;
  /** Unix ms: rows of before may have been deleted. Absent = none were. */
  readonly horizon?: number;
  readonly findings: readonly Finding[];
  /** Of `findings` and of those that were too many to keep. */
  readonly wrong: number;
}

export async function verifyLedger(
  snapshot: LedgerSnapshot,
  { onProgress, mostFindings = 1_000, pageSize = 2_000 }: VerifyOptions = {},
): Promise<Verification> {
  const horizon = await snapshot.horizon();
  const book = readPriceBook(await snapshot.prices());
  const isHeldRightly = createNodeCheck(await snapshot.nodes());
  const counters = createCounterCheck({
    limits: await snapshot.limits(),
    counters: await snapshot.counters(),
    organizations: await snapshot.organizations(),
    horizon,
  });
  const findings: Finding[] = [];
  let wrong = 0;
  const note = (more: readonly Finding[]) => {
    wrong += more.length;
    for (const finding of more) if (findings.length < mostFindings) findings.push(finding);
  };

  note(book.findings);
  let [rows, held, unpriced] = [0, 0, 0];
  for (let after: string | undefined; ; ) {
    const page = await snapshot.facts({}, after, pageSize);
    for (const row of page) {
      if (row.state === 'held') held++;
      const found = checkRow(row, book);
      if (found === undefined) unpriced++;
      else note(found);
      note(isHeldRightly(row));
      counters.add(row);
    }
    rows += page.length;
    onProgress?.(rows);
    if (page.length < pageSize) break;
    after = page.at(-1)?.id;
  }
  for (const hour of await snapshot.closedHours(horizon)) counters.addHour(hour);
  note(counters.findings());
  note(await wrongHours(snapshot, horizon, mostFindings));
  note(await wrongSums(snapshot, horizon, mostFindings));

  return {
    rows,
    held,
    unpriced,
    counters: counters.counters,
    skippedCounters: counters.skipped,
    ...(horizon === 0 ? {} : { horizon }),
    findings,
    wrong,
  };
}

async function wrongHours(snapshot: LedgerSnapshot, horizon: number, most: number): Promise<Finding[]> {
  const hours = await snapshot.hourDifferences(horizon, most);
  return hours.flatMap(({ hour, keyId, model, provider, projectId, columns }) =>
    columns.map(({ name, expected, found }) => ({
      kind: 'hour' as const,
      id: [new Date(hour).toISOString(), projectId, keyId, model, provider].join(' '),
      what: name,
      expected: String(expected),
      found: String(found),
    })),
  );
}

async function wrongSums(snapshot: LedgerSnapshot, horizon: number, most: number): Promise<Finding[]> {
  const sums = await snapshot.sumDifferences(horizon, most);
  return sums.flatMap(({ kind, time, of, columns }) =>
    columns.map(({ name, expected, found }) => ({
      kind,
      id: [new Date(time).toISOString(), ...of].join(' '),
      what: name,
      expected: String(expected),
      found: String(found),
    })),
  );
}
