// What a model thought before it answered, folded: open while it thinks and nothing else is there, closed once it answers, unless
// the reader opened it.
import { Brain, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { cx } from '../../../ui/class-names.ts';
import { formatDuration } from '../../../ui/format/quantity.ts';
import { scrollsByKeyboard } from '../../../ui/scroll-region.ts';

export interface ReasoningProps {
  readonly text: string;
  readonly thinking: boolean;
  readonly ms: number | undefined;
}

export function Reasoning({ text, thinking, ms }: ReasoningProps) {
  const [chosen, setChosen] = useState<boolean>();
  const open = chosen ?? thinking;
  const time = ms === undefined || ms < 1 ? '' : ` for ${formatDuration(Math.round(ms))}`;
  return (
    <div className="mb-2">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setChosen(!open)}
        className="-ml-1 inline-flex items-center gap-1.5 rounded px-1 py-0.5 text-muted text-xs hover:text-ink max-sm:min-h-10"
      >
        <ChevronRight
          size={13}
          aria-hidden="true"
          className={cx('transition-transform', open && 'rotate-90')}
        />
        <Brain size={13} aria-hidden="true" className={cx(thinking && 'animate-wait')} />
        <span className="tabular-nums">{`${thinking ? 'Thinking' : 'Thought'}${time}`}</span>
      </button>
      {open ? (
        <section
          {...scrollsByKeyboard}
          aria-label="Reasoning"
          className="mt-1 max-h-72 overflow-y-auto whitespace-pre-wrap break-words border-line border-l-2 pl-3 text-muted text-sm leading-relaxed"
        >
          {text}
        </section>
      ) : null}
    </div>
  );
}
