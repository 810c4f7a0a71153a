// What was reserved and what of it was charged: the hold, the cost, and what the answer cost beyond its hold.
import { Link } from '@tanstack/react-router';
import type { RequestDetail } from '../../../api/contract.ts';
import { Card, Facts } from '../../../ui/card.tsx';
import { formatCount } from '../../../ui/format/quantity.ts';
import { Money, None } from '../../../ui/values.tsx';

export function MoneyCard({ request }: { readonly request: RequestDetail }) {
  const { cost_nanousd: cost, hold_nanousd: hold, uncharged_nanousd: uncharged } = request;
  const held = request.state === 'held';
  return (
    <Card
      title="Hold and cost"
      description="The worst case is reserved before an upstream is called; what is not used is given back."
    >
      <span aria-hidden="true" className="block h-1.5 overflow-hidden rounded-full bg-sunken">
        <span
          className="block h-full rounded-full bg-accent"
          style={{ width: `${shareOf(cost, hold) * 100}%` }}
        />
      </span>
      <p className="mt-1 text-muted text-xs">
        <MeterWords request={request} />
      </p>
      <div className="mt-4">
        <Facts
          facts={[
            {
              name: 'Held',
              value: (
                <>
                  <Money nano={hold} /> · {formatCount(request.hold_tokens)} tokens
                </>
              ),
            },
            {
              name: 'Output reserved',
              value:
                request.output_cap === null ? <None /> : `${formatCount(request.output_cap)} tokens a choice`,
            },
            { name: held ? 'So far' : 'Charged', value: <Money nano={cost} /> },
            {
              name: 'Not charged',
              value: held ? (
                'Known when the answer is over'
              ) : uncharged === '0' ? (
                'Nothing: the cost is within the hold'
              ) : (
                <>
                  <Money nano={uncharged} /> beyond the hold, charged to nobody
                </>
              ),
            },
            {
              name: 'Counted in',
              value: (
                <Link
                  to="/limits"
                  search={{ key: request.key_id } as never}
                  className="rounded text-accent-text hover:underline"
                >
                  Limits of this key
                </Link>
              ),
            },
          ]}
        />
      </div>
    </Card>
  );
}

/** Of amounts that a double may not hold: to a thousandth, which is what a bar can show. */
function shareOf(cost: string | null, hold: string): number {
  const held = BigInt(hold);
  const share = held === 0n ? 0 : Number((BigInt(cost ?? 0) * 1000n) / held) / 1000;
  return Math.min(share, 1);
}

function MeterWords({ request }: { readonly request: RequestDetail }) {
  const { cost_nanousd: cost, hold_nanousd: hold, state } = request;
  if (state === 'held') return <>held until the answer is over</>;
  if (hold === '0') return <>nothing had to be held</>;
  return (
    <>
      <Money nano={cost} /> of <Money nano={hold} />
    </>
  );
}
