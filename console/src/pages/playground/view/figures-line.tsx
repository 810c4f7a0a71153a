// Under an answer: how fast, how much, what it cost. What is a guess has a tilde; what the ledger says links to its row.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatNano } from '../../../ui/format/money.ts';
import { formatCount, formatDuration } from '../../../ui/format/quantity.ts';
import type { Figures } from '../cost/figures.ts';

export interface FiguresLineProps {
  readonly figures: Figures;
  readonly requestId?: string | undefined;
  readonly unpriced: boolean;
  readonly running: boolean;
}

export function FiguresLine({ figures, requestId, unpriced, running }: FiguresLineProps) {
  const { firstTokenMs, durationMs, tokensPerSecond, inputTokens, outputTokens } = figures;
  const { reasoningTokens, cachedTokens, tokensEstimated } = figures;
  const about = tokensEstimated ? '~' : '';
  return (
    <dl className="flex flex-wrap items-baseline gap-x-4 gap-y-1 text-xs tabular-nums" data-figures>
      <Figure label="First token">
        {firstTokenMs === undefined ? '–' : formatDuration(Math.round(firstTokenMs))}
      </Figure>
      <Figure label={running ? 'So far' : 'Total'}>{formatDuration(Math.round(durationMs))}</Figure>
      {tokensPerSecond === undefined && !running ? null : (
        <Figure label="Speed">
          {tokensPerSecond === undefined ? '–' : `${about}${speed(tokensPerSecond)} tok/s`}
        </Figure>
      )}
      <Figure
        label="Tokens"
        title={[
          `${about}${formatCount(inputTokens)} in, ${about}${formatCount(outputTokens)} out`,
          cachedTokens ? `${formatCount(cachedTokens)} of the input cached` : '',
          reasoningTokens ? `${formatCount(reasoningTokens)} of the output reasoning` : '',
          tokensEstimated ? 'Estimated by this page until the count is reported.' : '',
          figures.countedByGateway ? 'Counted by the gateway, since the provider reported none.' : '',
        ]
          .filter(Boolean)
          .join('; ')}
      >
        {about}
        {formatCount(inputTokens)} → {about}
        {formatCount(outputTokens)}
        {reasoningTokens ? (
          <span className="text-faint"> ({formatCount(reasoningTokens)} reasoning)</span>
        ) : null}
      </Figure>
      <Figure label="Cost" title={costTitle(figures, unpriced)}>
        <Cost figures={figures} unpriced={unpriced} requestId={requestId} />
      </Figure>
    </dl>
  );
}

function Figure({
  label,
  title,
  children,
}: {
  readonly label: string;
  readonly title?: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="flex items-baseline gap-1.5" title={title}>
      <dt className="text-faint">{label}</dt>
      <dd className="text-muted">{children}</dd>
    </div>
  );
}

function Cost({ figures: { cost, costFrom }, unpriced, requestId }: Omit<FiguresLineProps, 'running'>) {
  if (cost === undefined) return unpriced ? 'price unknown' : '–';
  const amount = formatNano(cost);
  if (costFrom !== 'exact') return `~${amount}`;
  if (requestId === undefined) return amount;
  return (
    <Link
      to="/requests/$id"
      params={{ id: requestId }}
      className="text-accent-text underline-offset-2 hover:underline"
    >
      {amount}
    </Link>
  );
}

function costTitle({ cost, costFrom }: Figures, unpriced: boolean): string {
  if (cost === undefined) return unpriced ? 'Nobody has said what this model costs.' : '';
  const exact = formatNano(cost, { exact: true });
  if (costFrom === 'exact') return `${exact}, as the ledger has it. Opens the request.`;
  if (costFrom === 'computed') return `${exact} by the tokens reported; the ledger’s figure follows.`;
  return 'Estimated from the price while the answer runs.';
}

function speed(tokensPerSecond: number): string {
  return tokensPerSecond >= 100 ? String(Math.round(tokensPerSecond)) : tokensPerSecond.toFixed(1);
}
