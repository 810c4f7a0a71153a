// How the cost comes about, line by line, as the gateway computed it: nothing is calculated here.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { PriceArithmetic, RequestDetail } from '../../../api/contract.ts';
import { Card } from '../../../ui/card.tsx';
import { Code } from '../../../ui/code-block.tsx';
import { formatCount } from '../../../ui/format/quantity.ts';
import { scrollsByKeyboard } from '../../../ui/scroll-region.ts';

type Line = PriceArithmetic['lines'][number];

const names: Record<Line['class'], string> = {
  input: 'Input',
  audio_input: 'Audio input',
  image_input: 'Image input',
  cached_input: 'Cached input',
  cached_audio_input: 'Cached audio input',
  cache_write: 'Cache write',
  cache_write_1h: 'Cache write, 1 hour',
  output: 'Output',
  reasoning: 'Reasoning',
  audio_output: 'Audio output',
  image_output: 'Image output',
};

export function PriceCard({ request }: { readonly request: RequestDetail }) {
  const { price } = request;
  return (
    <Card
      title="Usage and price"
      description={
        price ? (
          <>
            Price <Code>{price.version}</Code> of{' '}
            <Link
              to="/models/$name"
              params={{ name: price.model }}
              className="rounded text-accent-text hover:underline"
            >
              {price.model}
            </Link>
            {aside(price)}
          </>
        ) : undefined
      }
    >
      {price ? (
        <Lines price={price} request={request} />
      ) : (
        <p className="text-muted text-sm">{whyNone(request)}</p>
      )}
    </Card>
  );
}

function aside({ tier_above: tier, service }: PriceArithmetic): ReactNode {
  const words = [
    ...(tier === null ? [] : [`rates of prompts above ${formatCount(tier)} tokens`]),
    ...(service === null ? [] : [`service tier ${service}`]),
  ];
  return words.length === 0 ? null : `, ${words.join(', ')}`;
}

function whyNone({ state, usage, price_version: version }: RequestDetail): ReactNode {
  if (state === 'held') return 'Known when the answer is over.';
  if (state === 'released') return 'It reached no model, so nothing was used and nothing is charged.';
  if (usage === null) return 'Nothing was delivered before it failed, so nothing is charged.';
  return (
    <>
      The price <Code>{version}</Code> that this row names is not in this database.
    </>
  );
}

function Lines({ price, request }: { readonly price: PriceArithmetic; readonly request: RequestDetail }) {
  return (
    <>
      <section {...scrollsByKeyboard} aria-label="Price, line by line" className="overflow-x-auto">
        <table className="w-full text-sm tabular-nums">
          <thead>
            <tr className="text-muted text-xs">
              <th scope="col" className="pb-1.5 text-left font-medium">
                Class
              </th>
              <th scope="col" className="pb-1.5 pl-3 text-right font-medium">
                Tokens
              </th>
              <th scope="col" className="whitespace-nowrap pb-1.5 pl-3 text-right font-medium">
                × $ per million
              </th>
              <th scope="col" className="pb-1.5 pl-3 text-right font-medium">
                = USD
              </th>
            </tr>
          </thead>
          <tbody>
            {price.lines.map((line) => (
              <tr key={line.class} className="border-line border-t">
                <th scope="row" className="py-1.5 text-left font-normal">
                  {names[line.class]}
                  {line.rate_of === line.class ? null : (
                    <span className="text-faint text-xs">
                      {' '}
                      at the rate of {names[line.rate_of].toLowerCase()}
                    </span>
                  )}
                </th>
                <td className="py-1.5 pl-3 text-right">{formatCount(line.tokens)}</td>
                <td className="py-1.5 pl-3 text-right">{line.usd_per_million}</td>
                <td className="py-1.5 pl-3 text-right">{line.usd}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <Total name="Sum" usd={price.sum_usd} />
            <Total name="Rounded up to a whole nano-dollar, once" usd={price.total_usd} strong />
          </tfoot>
        </table>
      </section>
      <p className="mt-2 text-muted text-xs">
        {price.matches
          ? 'This is what the ledger has, to the last digit.'
          : 'The ledger has another amount: run “tollgate ledger verify”.'}
        {request.usage_source === 'estimated'
          ? ' The upstream did not report all of the usage, so the gateway counted it.'
          : ''}
      </p>
    </>
  );
}

interface TotalProps {
  readonly name: string;
  readonly usd: string;
  readonly strong?: boolean;
}

function Total({ name, usd, strong = false }: TotalProps) {
  return (
    <tr className={strong ? 'border-line border-t font-semibold' : 'border-line-strong border-t'}>
      <th scope="row" colSpan={3} className="py-1.5 text-left font-[inherit]">
        {name}
      </th>
      <td className="py-1.5 pl-3 text-right">${usd}</td>
    </tr>
  );
}
