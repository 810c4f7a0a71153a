// A word in a small frame, and a dot with a word: state is never told by colour alone.
import type { ReactNode } from 'react';
import { cx } from './class-names.ts';

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'accent';

const badgeTones: Record<Tone, string> = {
  neutral: 'bg-sunken text-muted',
  good: 'bg-good-soft text-good-text',
  warn: 'bg-warn-soft text-warn-text',
  bad: 'bg-bad-soft text-bad-text',
  accent: 'bg-accent-soft text-accent-text',
};

export interface BadgeProps {
  readonly tone?: Tone;
  readonly children: ReactNode;
  readonly title?: string;
  readonly className?: string;
}

export function Badge({ tone = 'neutral', children, title, className }: BadgeProps) {
  return (
    <span
      title={title}
      className={cx(
        'inline-flex h-5 items-center gap-1 whitespace-nowrap rounded px-1.5 font-medium text-2xs',
        badgeTones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

const dotTones: Record<Tone, string> = {
  neutral: 'bg-faint',
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
  accent: 'bg-accent',
};

export interface StatusDotProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  /** Something is under way. */
  readonly live?: boolean;
  readonly title?: string;
}

export function StatusDot({ tone, children, live = false, title }: StatusDotProps) {
  return (
    <span title={title} className="inline-flex items-center gap-1.5 whitespace-nowrap text-sm">
      <span
        aria-hidden="true"
        className={cx('size-1.5 shrink-0 rounded-full', dotTones[tone], live && 'animate-wait')}
      />
      {children}
    </span>
  );
}
