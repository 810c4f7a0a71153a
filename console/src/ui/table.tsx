// A table of rows: columns say how a cell is written. It scrolls inside its frame when it is wide; on phones, if `card`
// is given, each row is a card instead. Rows that are loading have the height of rows.
import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import { scrollsByKeyboard } from './scroll-region.ts';
import { Loading, Skeleton } from './skeleton.tsx';

export interface Column<Row> {
  readonly id: string;
  readonly header: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the right. */
  readonly align?: 'right';
  /** Class of every cell of it: a width, `max-lg:hidden`. */
  readonly className?: string;
  /** Its header sorts. */
  readonly sort?: { readonly direction: 'ascending' | 'descending' | 'none'; readonly onSort: () => void };
}

export interface DataTableProps<Row> {
  /** What the rows are, for screen readers: `API keys`. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[] | undefined;
  readonly rowKey: (row: Row) => string;
  /** In the place of rows when there are none. */
  readonly empty?: ReactNode;
  /** Rows to reserve while loading. */
  readonly expected?: number;
  /** The row as a card, for phones. */
  readonly card?: (row: Row) => ReactNode;
  readonly rowClass?: (row: Row) => string | undefined;
  /** Older rows while new ones are on their way. */
  readonly stale?: boolean;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, empty, expected = 6, card, rowClass, stale = false } = props;
  if (rows?.length === 0 && empty !== undefined) return <>{empty}</>;
  return (
    <div aria-busy={rows === undefined || stale} className={cx('transition-opacity', stale && 'opacity-60')}>
      {rows === undefined ? <Loading label={`Loading ${label}`} /> : null}
      {card ? <Cards {...props} expected={expected} card={card} /> : null}
      <section
        {...scrollsByKeyboard}
        aria-label={label}
        // What is placed absolutely in its cells (words for screen readers) scrolls with it.
        className={cx(
          'relative overflow-x-auto rounded-lg border border-line bg-surface',
          card && 'max-sm:hidden',
        )}
      >
        <table className="w-full border-collapse text-sm">
          <thead>
            <tr className="border-line border-b">
              {columns.map((column) => (
                <HeaderCell key={column.id} column={column} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows
              ? rows.map((row) => (
                  <tr
                    key={rowKey(row)}
                    className={cx('border-line border-b last:border-b-0 hover:bg-sunken/60', rowClass?.(row))}
                  >
                    {columns.map(({ id, cell, align, className }) => (
                      <td
                        key={id}
                        className={cx(
                          'h-10 px-3 py-1.5 align-middle',
                          align === 'right' && 'text-right tabular-nums',
                          className,
                        )}
                      >
                        {cell(row)}
                      </td>
                    ))}
                  </tr>
                ))
              : numbers(expected).map((number) => (
                  <tr key={number} className="border-line border-b last:border-b-0">
                    {columns.map(({ id, className }) => (
                      <td key={id} className={cx('h-10 px-3 py-1.5', className)}>
                        <Skeleton className="h-3.5 w-full max-w-28" />
                      </td>
                    ))}
                  </tr>
                ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function HeaderCell<Row>({ column }: { readonly column: Column<Row> }) {
  const { header, align, className, sort } = column;
  return (
    <th
      scope="col"
      {...(sort ? { 'aria-sort': sort.direction } : {})}
      className={cx(
        'h-9 whitespace-nowrap px-3 font-medium text-muted text-xs',
        align === 'right' ? 'text-right' : 'text-left',
        className,
      )}
    >
      {sort ? (
        <button type="button" onClick={sort.onSort} className="rounded font-medium hover:text-ink">
          {header}
          <span aria-hidden="true" className="ml-1 inline-block w-2">
            {sort.direction === 'ascending' ? '↑' : sort.direction === 'descending' ? '↓' : ''}
          </span>
        </button>
      ) : (
        header
      )}
    </th>
  );
}

function Cards<Row>({
  label,
  rows,
  rowKey,
  expected,
  card,
}: DataTableProps<Row> & { readonly expected: number; readonly card: (row: Row) => ReactNode }) {
  return (
    <ul aria-label={label} className="space-y-2 sm:hidden">
      {rows
        ? rows.map((row) => (
            <li key={rowKey(row)} className="rounded-lg border border-line bg-surface px-3.5 py-3">
              {card(row)}
            </li>
          ))
        : numbers(expected).map((number) => (
            <li key={number} className="rounded-lg border border-line bg-surface px-3.5 py-3">
              <Skeleton className="mb-2 h-4 w-2/3" />
              <Skeleton className="h-3.5 w-1/2" />
            </li>
          ))}
    </ul>
  );
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
