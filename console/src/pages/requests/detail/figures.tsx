// The figures one looks for first, in a row.
import type { ReactNode } from 'react';
import type { RequestDetail } from '../../../api/contract.ts';
import { Duration, Money, Tokens } from '../../../ui/values.tsx';

export function Figures({ request }: { readonly request: RequestDetail }) {
  const { usage, cost_nanousd: cost, first_token_ms: first, duration_ms: duration } = request;
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-5">
      <Figure name="Cost" value={<Money nano={cost} />} />
      <Figure
        name={request.usage_source === 'estimated' ? 'Input, counted here' : 'Input tokens'}
        value={<Tokens count={usage?.input_tokens} />}
      />
      <Figure
        name={request.usage_source === 'estimated' ? 'Output, counted here' : 'Output tokens'}
        value={<Tokens count={usage?.output_tokens} />}
      />
      <Figure name="First token" value={<Duration ms={first} />} />
      <Figure name="Duration" value={<Duration ms={duration} />} className="max-sm:col-span-2" />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly className?: string;
}

function Figure({ name, value, className = '' }: FigureProps) {
  return (
    <div className={`bg-surface px-4 py-3 ${className}`}>
      <dt className="text-muted text-xs">{name}</dt>
      <dd className="mt-0.5 font-semibold text-lg tabular-nums">{value}</dd>
    </div>
  );
}
