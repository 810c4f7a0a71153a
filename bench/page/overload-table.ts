// What is left of Tollgate beyond its capacity, step by step.
import type { RunFigures } from '../figures.ts';
import { type OverloadFigures, type OverloadStep, reached } from '../legs/overload.ts';
import type { Quantiles } from '../load/jobs.ts';
import { absent, number, table } from './cells.ts';

export function overloadTable({ peers }: RunFigures): string {
  return peers
    .flatMap(({ title, overload }) =>
      overload ? [`${stepTable(title, overload)}\n\n${sentence(overload)}`] : [],
    )
    .join('\n\n');
}

function stepTable(title: string, { steps }: OverloadFigures): string {
  return table(
    [
      `${title}: offered, of its capacity`,
      'requests / s',
      'answered / s',
      'refused / s',
      'answers: p50, ms',
      'p99',
      'refusals: p50, ms',
      'p99',
      '`/health` p99, ms',
      'wrong',
    ],
    steps.map(row),
  );
}

function row({ share, offered, goodput, refusedPerSecond, outcome }: OverloadStep): string[] {
  const { admitted, refusals, health, wrong } = outcome;
  return [
    `${share} ×`,
    number(offered, 0),
    number(goodput, 0),
    number(refusedPerSecond, 0),
    ...waits(admitted.ownLagTaken),
    ...waits(refusals.ownLagTaken),
    milliseconds(health.p99),
    String(wrong),
  ];
}

const waits = ({ p50, p99 }: Quantiles) => [milliseconds(p50), milliseconds(p99)];

/** Of none it is no number, and `null` once it was written. */
function milliseconds(value: number): string {
  return Number.isFinite(value) ? number(value, 1) : absent;
}

function sentence(figures: OverloadFigures): string {
  const goals = reached(figures);
  const capacity = `Its capacity, asked by 64 clients as fast as it answers: ${number(figures.capacity, 0)} a second.`;
  if (!goals) return capacity;
  const { goodput, latency, refusal } = goals;
  const told = Number.isFinite(refusal.p99)
    ? ` Half of those refused then know it within ${number(refusal.p50, 1)} ms, 99 of 100 within ${number(refusal.p99, 1)} ms.`
    : '';
  return `${capacity} At three times that, ${number(goodput * 100, 0)} % of its best goodput is left, and those admitted wait ${number(latency, 1)} times as long (p99) as at 0.8 of it.${told}`;
}
