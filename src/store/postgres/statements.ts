// The statements of a batch, each for all rows of its kind at once: columns go over as arrays. Types say which cells there
// are, so a cell that SQLite gets cannot be forgotten here.
import type { QueryConfig } from 'pg';
import { type Cell, checkpointCells, holdCells, settleCells } from '../sql/ledger.ts';

type ColumnType = 'text' | 'bigint';
type Columns<Name extends string> = { readonly [name in Name]: readonly [column: string, type: ColumnType] };

const usageColumns = {
  input: ['input_tokens', 'bigint'],
  output: ['output_tokens', 'bigint'],
  cachedInput: ['cached_input_tokens', 'bigint'],
  cacheWrite: ['cache_write_tokens', 'bigint'],
  reasoning: ['reasoning_tokens', 'bigint'],
  usageDetails: ['usage_details', 'text'],
  usageSource: ['usage_source', 'text'],
  cost: ['cost_nanousd', 'bigint'],
  uncharged: ['uncharged_nanousd', 'bigint'],
} as const;

const holdColumns: Columns<(typeof holdCells)[number]> = {
  id: ['id', 'text'],
  model: ['model', 'text'],
  provider: ['provider', 'text'],
  upstreamModel: ['upstream_model', 'text'],
  priceVersion: ['price_version', 'text'],
  hold: ['hold_nanousd', 'bigint'],
  stream: ['stream', 'bigint'],
  startedAt: ['started_at', 'bigint'],
  epoch: ['node_epoch', 'bigint'],
  endUser: ['end_user', 'text'],
  outputCap: ['output_cap', 'bigint'],
  holdTokens: ['hold_tokens', 'bigint'],
  keyId: ['key_id', 'text'],
};

const settleColumns: Columns<(typeof settleCells)[number]> = {
  ...usageColumns,
  id: ['id', 'text'],
  state: ['state', 'text'],
  provider: ['provider', 'text'],
  upstreamModel: ['upstream_model', 'text'],
  partial: ['partial', 'bigint'],
  error: ['error', 'text'],
  attempts: ['attempts', 'text'],
  firstTokenMs: ['first_token_ms', 'bigint'],
  durationMs: ['duration_ms', 'bigint'],
  details: ['details', 'text'],
};

const checkpointColumns: Columns<(typeof checkpointCells)[number]> = {
  ...usageColumns,
  id: ['id', 'text'],
  at: ['checkpoint_at', 'bigint'],
};

/** Rows of cells in the order of `holdCells`, which names some twice; the project is the key's. */
export const insertHolds = rowsStatement(holdCells, holdColumns, 'tollgate_hold', (columns, source) => {
  const values = columns.map((column) => `given.${column}`).join(', ');
  return `insert into requests (${columns.join(', ')}, project_id, state, partial, recovered)
select ${values}, api_keys.project_id, 'held', 0, 0
from ${source} join api_keys on api_keys.id = given.key_id`;
});

/** Rows of cells in the order of `settleCells`. The rows are locked, so their state is known; none is recovered any more. */
export const updateSettles = rowsStatement(
  settleCells,
  settleColumns,
  'tollgate_settle',
  (columns, source) =>
    `update requests set ${assignments(columns)}, recovered = 0 from ${source} where requests.id = given.id`,
);

/** Rows of cells in the order of `checkpointCells`. */
export const updateCheckpoints = rowsStatement(
  checkpointCells,
  checkpointColumns,
  'tollgate_checkpoint',
  (columns, source) =>
    // Charged as a settlement is: never more than the hold.
    `update requests set ${assignments(columns.filter((column) => !/nanousd$/.test(column)))},
  cost_nanousd = least(given.cost_nanousd, hold_nanousd),
  uncharged_nanousd = greatest(given.cost_nanousd - hold_nanousd, 0)
from ${source} where requests.id = given.id and requests.state = 'held'`,
);

function assignments(columns: readonly string[]): string {
  return columns
    .filter((column) => column !== 'id')
    .map((column) => `${column} = given.${column}`)
    .join(', ');
}

/** `cells`: as many for each row as there are names. */
function rowsStatement<Name extends string>(
  names: readonly Name[],
  columns: Columns<Name>,
  statement: string,
  textOf: (columns: readonly string[], source: string) => string,
): (cells: readonly Cell[]) => QueryConfig {
  const places = names.flatMap((name, index) => (names.indexOf(name) === index ? [index] : []));
  const chosen = places.map((place) => columns[names[place] as Name]);
  const arrays = chosen.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ');
  const listed = chosen.map(([column]) => column);
  const text = textOf(listed, `unnest(${arrays}) as given (${listed.join(', ')})`);
  return (cells) => ({
    name: statement,
    text,
    values: places.map((place) => {
      const column: Cell[] = [];
      for (let start = 0; start < cells.length; start += names.length)
        column.push(storable(cells[start + place] ?? null));
      return column;
    }),
  });
}

/** PostgreSQL's text has no NUL, and a request must not fail for one in the name of a user. */
export function storable(cell: Cell): Cell {
  return typeof cell === 'string' && cell.includes('\0') ? cell.replaceAll('\0', '\ufffd') : cell;
}
