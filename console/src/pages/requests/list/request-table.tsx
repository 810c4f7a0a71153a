// The list as a table of which only the rows in sight are in the document: ten thousand rows scroll like fifty. Rows in a table
// have one height, so that nothing jumps.
import { useNavigate } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import type { MouseEvent } from 'react';
import type { Request } from '../../../api/contract.ts';
import { cx } from '../../../ui/class-names.ts';
import { scrollsByKeyboard } from '../../../ui/scroll-region.ts';
import { Loading, Skeleton } from '../../../ui/skeleton.tsx';
import { requestColumns, type TimeStyle } from './columns.tsx';
import { useNearEnd, usePageOffset } from './window-list.ts';

const rowHeight = 37;
const expectedRows = 12;

interface RequestTableProps {
  readonly rows: readonly Request[] | undefined;
  readonly time: TimeStyle;
  readonly stale: boolean;
  readonly onNearEnd: () => void;
}

export function RequestTable({ rows, time, stale, onNearEnd }: RequestTableProps) {
  const columns = requestColumns(time);
  const { frame, top } = usePageOffset<HTMLElement>();
  const count = rows?.length ?? 0;
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: 20,
    scrollMargin: top,
    getItemKey: (index) => rows?.[index]?.id ?? index,
  });
  const items = virtual.getVirtualItems();
  const before = items[0] ? items[0].start - top : 0;
  const last = items.at(-1);
  const after = last ? virtual.getTotalSize() - (last.end - top) : 0;
  useNearEnd(last?.index, count, onNearEnd);
  const navigate = useNavigate();

  /** The row is a convenience for the mouse: its link is in the first cell. */
  function open(event: MouseEvent, id: string): void {
    if (event.defaultPrevented || String(getSelection()) !== '') return;
    if ((event.target as HTMLElement).closest('a, button')) return;
    if (event.metaKey || event.ctrlKey) window.open(`/requests/${id}`, '_blank', 'noopener');
    else void navigate({ to: '/requests/$id', params: { id } });
  }

  return (
    <section
      ref={frame}
      {...scrollsByKeyboard}
      aria-label="Requests"
      aria-busy={rows === undefined || stale}
      className={cx(
        'overflow-x-auto rounded-lg border border-line bg-surface transition-opacity',
        stale && 'opacity-60',
      )}
    >
      {rows === undefined ? <Loading label="Loading requests" /> : null}
      <table
        aria-rowcount={rows === undefined ? -1 : count + 1}
        className="w-full min-w-[66rem] table-fixed border-collapse text-sm"
      >
        <thead>
          <tr className="border-line border-b">
            {columns.map(({ id, header, align, className }) => (
              <th
                key={id}
                scope="col"
                className={cx(
                  'h-9 whitespace-nowrap px-3 font-medium text-muted text-xs',
                  align === 'right' ? 'text-right' : 'text-left',
                  className,
                )}
              >
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === undefined
            ? Array.from({ length: expectedRows }, (_, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no other name
                <tr key={index} className="border-line border-b last:border-b-0">
                  {columns.map(({ id }) => (
                    <td key={id} className="h-9 px-3">
                      <Skeleton className="h-3.5 w-full max-w-24" />
                    </td>
                  ))}
                </tr>
              ))
            : null}
          <Space height={before} columns={columns.length} />
          {items.map((item) => {
            const request = rows?.[item.index];
            if (!request) return null;
            return (
              <tr
                key={request.id}
                aria-rowindex={item.index + 2}
                onClick={(event) => open(event, request.id)}
                className="cursor-pointer border-line border-b last:border-b-0 hover:bg-sunken/60"
              >
                {columns.map(({ id, cell, align, className }) => (
                  <td
                    key={id}
                    className={cx(
                      'h-9 truncate px-3 align-middle',
                      align === 'right' && 'text-right tabular-nums',
                      className,
                    )}
                  >
                    {cell(request)}
                  </td>
                ))}
              </tr>
            );
          })}
          <Space height={after} columns={columns.length} />
        </tbody>
      </table>
    </section>
  );
}

/** Stands for the rows that are out of sight. */
function Space({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height <= 0) return null;
  return (
    <tr>
      <td colSpan={columns} style={{ height }} className="p-0" />
    </tr>
  );
}
