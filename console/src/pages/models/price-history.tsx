// Every price a model had: version, where it came from, who set it, from when on.
import type { Price } from '../../api/contract.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { priceSource, priceWords } from '../../ui/routing/price-words.ts';
import { type Column, DataTable } from '../../ui/table.tsx';
import { FullTime, TimeAgo } from '../../ui/values.tsx';

interface PriceHistoryProps {
  readonly prices: readonly Price[] | undefined;
  readonly busy: boolean;
  readonly onWithdraw: ((price: Price) => void) | undefined;
}

export function PriceHistory({ prices, busy, onWithdraw }: PriceHistoryProps) {
  if (prices?.length === 0) return null;
  const columns: readonly Column<Price>[] = [
    {
      id: 'price',
      header: 'Price',
      className: 'whitespace-nowrap',
      cell: (price) => (
        <span title={price.version} className="tabular-nums">
          {priceWords(price.terms)}
        </span>
      ),
    },
    {
      id: 'source',
      header: 'From',
      cell: (price) => (
        <span className="whitespace-nowrap text-muted">
          {priceSource(price)}
          {price.set_by ? ` by ${price.set_by}` : ''}
        </span>
      ),
    },
    { id: 'from', header: 'Valid from', cell: (price) => <FullTime at={price.valid_from} /> },
    { id: 'state', header: 'State', cell: (price) => <State price={price} /> },
    {
      id: 'actions',
      header: <span className="sr-only">Actions</span>,
      align: 'right',
      cell: (price) =>
        onWithdraw && price.source === 'admin' && price.withdrawn_at === null ? (
          <Button
            size="sm"
            variant="ghost"
            disabled={busy}
            aria-label={`Withdraw the price ${priceWords(price.terms)}`}
            onClick={() => onWithdraw(price)}
          >
            Withdraw
          </Button>
        ) : null,
    },
  ];
  return (
    <details className="mt-4 border-line border-t pt-3">
      <summary className="cursor-pointer rounded text-muted text-sm hover:text-ink">
        History{prices ? ` (${prices.length})` : ''}
      </summary>
      <div className="mt-3">
        <DataTable
          label="Prices, newest first"
          columns={columns}
          rows={prices}
          expected={2}
          rowKey={({ version }) => version}
          card={(price) => (
            <div className="space-y-1 text-sm">
              <p className="flex flex-wrap items-center justify-between gap-2 tabular-nums">
                {priceWords(price.terms)} <State price={price} />
              </p>
              <p className="text-muted text-xs">
                {priceSource(price)}
                {price.set_by ? ` by ${price.set_by}` : ''}, <FullTime at={price.valid_from} />
              </p>
            </div>
          )}
        />
      </div>
    </details>
  );
}

function State({ price }: { readonly price: Price }) {
  if (price.in_force) return <Badge tone="good">in force</Badge>;
  if (price.withdrawn_at !== null) {
    return (
      <span className="text-faint text-sm">
        withdrawn <TimeAgo at={price.withdrawn_at} />
      </span>
    );
  }
  if (price.valid_from !== null && Date.parse(price.valid_from) > Date.now()) {
    return <Badge tone="accent">to come</Badge>;
  }
  return <span className="text-faint text-sm">replaced</span>;
}
