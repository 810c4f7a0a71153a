// A route as it is walked: groups in order, each with its targets, their shares and how they are doing.
import { ChevronRight } from 'lucide-react';
import type { Model, Target } from '../../api/contract.ts';
import { cx } from '../../ui/class-names.ts';
import { formatShare } from '../../ui/format/quantity.ts';
import { targetWords } from '../../ui/routing/target-state.tsx';

const dots = { neutral: 'bg-faint', good: 'bg-good', warn: 'bg-warn', bad: 'bg-bad', accent: 'bg-accent' };

export function RouteDiagram({ model, short = false }: { readonly model: Model; readonly short?: boolean }) {
  const { route } = model;
  if (route.length === 0) return <span className="text-faint text-sm">No targets</span>;
  return (
    <ol
      aria-label={`Route of ${model.name}: ${route.length === 1 ? 'one group' : `${route.length} groups, tried in order`}`}
      className={cx('flex flex-wrap items-stretch gap-1.5', !short && 'gap-y-2')}
    >
      {route.map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: groups have no name but their place
        <li key={index} className="flex min-w-0 items-center gap-1.5">
          {index > 0 ? <ChevronRight size={14} aria-hidden="true" className="shrink-0 text-faint" /> : null}
          <ul className="min-w-0 space-y-0.5 rounded-md border border-line bg-canvas px-2 py-1">
            {group.map((target, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a target may stand twice
              <TargetLine key={place} target={target} group={group} name={model.name} />
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

interface TargetLineProps {
  readonly target: Target;
  readonly group: readonly Target[];
  readonly name: string;
}

function TargetLine({ target, group, name }: TargetLineProps) {
  const { tone, words, detail } = targetWords(target);
  const total = group.reduce((sum, { weight }) => sum + weight, 0);
  return (
    <li className="flex items-center gap-1.5 text-xs" title={`${words}. ${detail}`}>
      <span aria-hidden="true" className={cx('size-1.5 shrink-0 rounded-full', dots[tone])} />
      <span className="min-w-0 break-all">
        <span className="font-medium">{target.provider}</span>
        {target.model === name ? null : <span className="text-muted"> / {target.model}</span>}
      </span>
      {group.length > 1 ? (
        <span className="shrink-0 text-faint tabular-nums">{formatShare(target.weight / total)}</span>
      ) : null}
      <span className="sr-only">{words}</span>
    </li>
  );
}
