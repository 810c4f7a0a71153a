// The rows a transaction closes: what their counters, their hours and their columns become. Used by settlements and by
// the recovery of rows that a dead node left. Runs no SQL.
import type { QueryConfig } from 'pg';
import { type Books, type CountedRow, type CounterValue, createBooks } from '../../budgets/books.ts';
import { type Charged, chargeFor } from '../../budgets/charge.ts';
import type { Counter } from '../../budgets/counter.ts';
import type { LimitBook } from '../../budgets/limit-book.ts';
import type { WindowOf } from '../../budgets/window.ts';
import { type Cell, settleCells } from '../sql/ledger.ts';
import {
  type ClosedRow,
  createHourSums,
  type HourSums,
  type UsageHourStatements,
} from '../sql/usage-hours.ts';
import { countedRow } from '../sqlite/open-rows.ts';
import { addNeeded, type NeededCounters, nameOf, writeCounters } from './counters.ts';
import { correctedCounters, lateCharge } from './late-settle.ts';
import { storable, updateSettles } from './statements.ts';

/** A row that can be closed: held, or closed by others at its last checkpoint. */
export interface OpenRow {
  readonly id: string;
  readonly counted: CountedRow;
  readonly provider: string;
  readonly recovered: boolean;
  /** What its last checkpoint said, or nothing. */
  readonly checkpoint: UsedTokens & { readonly cost: bigint };
}

interface UsedTokens {
  readonly input: number;
  readonly output: number;
  readonly cachedInput: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
}

const columns = `requests.id, requests.key_id, requests.project_id, projects.organization_id, requests.end_user,
  requests.model, requests.provider, requests.hold_nanousd, requests.hold_tokens, requests.cost_nanousd,
  requests.input_tokens, requests.output_tokens, requests.cached_input_tokens, requests.cache_write_tokens,
  requests.reasoning_tokens, requests.started_at, requests.state, requests.recovered`;

/** Locks the rows of these ids and reads them, also those that are closed for good. */
export function lockRows(ids: readonly string[]): QueryConfig {
  return {
    name: 'tollgate_lock_rows',
    text: `select ${columns} from requests join projects on projects.id = requests.project_id
where requests.id = any($1::text[]) order by requests.id for no key update of requests`,
    values: [ids],
  };
}

/** Locks what the run left held. */
export function lockHeldRows(epoch: number): QueryConfig {
  return {
    text: `select ${columns} from requests join projects on projects.id = requests.project_id
where requests.node_epoch = $1 and requests.state = 'held' order by requests.id for no key update of requests`,
    values: [epoch],
  };
}

/** `undefined` when it is closed for good. `seconds`: of holds of this process. */
export function openRow(
  row: Record<string, unknown>,
  seconds: ReadonlyMap<string, number>,
): OpenRow | undefined {
  const recovered = row.state === 'settled' && row.recovered === 1n;
  if (row.state !== 'held' && !recovered) return undefined;
  const id = row.id as string;
  return {
    id,
    counted: { ...countedRow(row), second: seconds.get(id) },
    provider: row.provider as string,
    recovered,
    checkpoint: {
      cost: (row.cost_nanousd as bigint | null) ?? 0n,
      input: Number(row.input_tokens ?? 0),
      output: Number(row.output_tokens ?? 0),
      cachedInput: Number(row.cached_input_tokens ?? 0),
      cacheWrite: Number(row.cache_write_tokens ?? 0),
      reasoning: Number(row.reasoning_tokens ?? 0),
    },
  };
}

export interface Closings {
  /** Of this transaction; holds take from them too, after what was closed has given back. */
  readonly books: () => Books;
  /** `cells`: one settlement, in the order of `settleCells`. */
  settle(row: OpenRow, cells: Cell[]): void;
  /** At its last checkpoint. */
  recover(row: OpenRow): void;
  writes(): QueryConfig[];
}

export interface ClosingParts {
  readonly windowOf: WindowOf;
  readonly hours: UsageHourStatements;
}

/** `values`: the counters that are there, locked. Late settlements come before anything asks for `books`. */
export function createClosings(
  { windowOf, hours }: ClosingParts,
  book: LimitBook,
  values: Map<string, CounterValue>,
): Closings {
  const added = createHourSums();
  const taken = createHourSums();
  const settled: Cell[] = [];
  const loweredHolds = new Map<string, number>();
  const corrected = new Map<string, Omit<Counter, 'dirty'>>();
  let books: Books | undefined;

  const currentBooks = () => {
    books ??= createBooks(
      book,
      {
        read: (key) => values.get(nameOf(key)),
        sum: (applied) => {
          throw new Error(`the counter of limit ${applied.limit.id} was not made before`);
        },
      },
      windowOf,
    );
    return books;
  };

  function settleLate(row: OpenRow, wanted: Charged): Charged {
    const before = {
      cost: row.checkpoint.cost,
      tokens: Math.min(row.checkpoint.input + row.checkpoint.output, row.counted.tokens),
    };
    const needed: NeededCounters = new Map();
    addNeeded(needed, book, windowOf, row.counted.payers, row.counted.startedAt);
    const counters = [...needed].flatMap(([name, counter]) => {
      const value = values.get(name);
      return value ? [{ ...counter, value }] : [];
    });
    const charge = lateCharge(before, wanted, counters);
    for (const { key, value } of correctedCounters(before, charge, counters)) {
      values.set(nameOf(key), value);
      corrected.set(nameOf(key), { ...key, settled: value.settled, held: value.held });
    }
    if (charge.tokens < wanted.tokens) loweredHolds.set(row.id, charge.tokens);
    taken.add(closedRow(row, { ...row.checkpoint, provider: row.provider }, { ...before, requests: 1 }));
    return charge;
  }

  return {
    books: currentBooks,
    settle(row, cells) {
      const used = usedOf(cells);
      const wanted = chargeFor(
        row.counted,
        { cost: cells[at.cost] as bigint, tokens: used.input + used.output },
        cells[at.state] === 'settled',
      );
      const charge = row.recovered ? settleLate(row, wanted) : wanted;
      cells[at.cost] = charge.cost;
      cells[at.uncharged] = charge.uncharged;
      settled.push(...cells);
      if (!row.recovered) currentBooks().settle(row.counted, charge);
      added.add(closedRow(row, used, charge));
    },
    recover(row) {
      const { checkpoint, counted } = row;
      const charge = chargeFor(
        counted,
        { cost: checkpoint.cost, tokens: checkpoint.input + checkpoint.output },
        true,
      );
      currentBooks().settle(counted, charge);
      added.add(closedRow(row, { ...checkpoint, provider: row.provider }, charge));
    },
    writes: () => {
      // What the books hold is newer than what was corrected before they were made.
      for (const counter of books?.changed() ?? []) corrected.set(nameOf(counter), counter);
      return [
        ...(settled.length > 0 ? [updateSettles(settled)] : []),
        ...(loweredHolds.size > 0 ? [lowerHolds(loweredHolds)] : []),
        ...hourWrites(hours, added, 1),
        ...hourWrites(hours, taken, -1),
        ...(corrected.size > 0 ? [writeCounters([...corrected.values()])] : []),
      ];
    },
  };
}

/** So that the tokens charged are still the smaller of what was used and what was held. */
function lowerHolds(tokens: ReadonlyMap<string, number>): QueryConfig {
  return {
    text: `update requests set hold_tokens = given.tokens
from unnest($1::text[], $2::bigint[]) as given (id, tokens) where requests.id = given.id`,
    values: [[...tokens.keys()], [...tokens.values()]],
  };
}

/** Adds or takes away. */
function hourWrites(hours: UsageHourStatements, sums: HourSums, sign: 1 | -1): QueryConfig[] {
  return sums.additions(sign).map(({ to, cells }) => ({
    name: `tollgate_${to}`,
    text: hours[to].sql,
    values: cells.map(storable),
  }));
}

function closedRow(
  { counted }: OpenRow,
  used: UsedTokens & Partial<ClosedRow> & { readonly provider: string },
  charge: Pick<Charged, 'cost' | 'tokens' | 'requests'>,
): ClosedRow {
  return {
    error: undefined,
    partial: false,
    ...used,
    keyId: counted.payers.key,
    model: counted.payers.model,
    projectId: counted.payers.project,
    startedAt: counted.startedAt,
    settled: charge.requests === 1,
    chargedTokens: charge.tokens,
    cost: charge.cost,
  };
}

function usedOf(cells: readonly Cell[]) {
  return {
    provider: cells[at.provider] as string,
    input: Number(cells[at.input] ?? 0),
    output: Number(cells[at.output] ?? 0),
    cachedInput: Number(cells[at.cachedInput] ?? 0),
    cacheWrite: Number(cells[at.cacheWrite] ?? 0),
    reasoning: Number(cells[at.reasoning] ?? 0),
    error: (cells[at.error] as string | null) ?? undefined,
    partial: cells[at.partial] === 1,
    durationMs: (cells[at.durationMs] as number | null) ?? undefined,
    firstTokenMs: (cells[at.firstTokenMs] as number | null) ?? undefined,
  };
}

const at = Object.fromEntries(settleCells.map((name, index) => [name, index])) as {
  readonly [name in (typeof settleCells)[number]]: number;
};
