// How the last answers of two models differ: in time, in speed, in cost. Said once both are there.
import { formatNano } from '../../../ui/format/money.ts';
import { formatDuration } from '../../../ui/format/quantity.ts';
import type { AssistantTurn, Lane } from '../conversation/session.ts';
import { pathOf } from '../conversation/thread.ts';
import { compare } from '../cost/compare.ts';
import { figuresOf } from '../cost/figures.ts';
import { readRates } from '../cost/rates.ts';
import { usePlaygroundSession, usePlaygroundView } from './context.ts';

export function Comparison() {
  const { models } = usePlaygroundView();
  const { lanes } = usePlaygroundSession();
  const [first, second] = lanes.map((lane) => {
    const turn = lastAnswer(lane);
    if (turn?.answer.status !== 'done' || turn.answer.startedAt === 0) return undefined;
    const price = models.find(({ name }) => name === turn.model)?.price;
    const rates = price ? readRates(price.terms) : undefined;
    const figures = figuresOf(turn.answer, 0, { promptTokens: 0, rates, charge: turn.charge });
    return { model: turn.model, figures };
  });
  if (!first || !second) return null;
  const { time, firstToken, cost } = compare(first, second);
  return (
    <p
      role="status"
      className="flex flex-wrap justify-center gap-x-5 gap-y-1 text-muted text-xs tabular-nums"
    >
      {firstToken ? (
        <span>
          <Model name={firstToken.better} /> began {formatDuration(firstToken.byMs)} earlier
        </span>
      ) : null}
      {time ? (
        <span>
          <Model name={time.better} /> finished {formatDuration(time.byMs)} faster
        </span>
      ) : null}
      {cost === 'same' ? <span>Both cost the same</span> : null}
      {cost !== undefined && cost !== 'same' ? (
        <span>
          <Model name={cost.better} /> cost {formatNano(cost.by)} less
          {cost.times === undefined ? '' : ` (${cost.times}×)`}
        </span>
      ) : null}
    </p>
  );
}

function Model({ name }: { readonly name: string }) {
  return <span className="font-mono text-ink">{name}</span>;
}

function lastAnswer({ thread }: Lane): AssistantTurn | undefined {
  const last = pathOf(thread).at(-1)?.turn;
  return last?.role === 'assistant' ? last : undefined;
}
