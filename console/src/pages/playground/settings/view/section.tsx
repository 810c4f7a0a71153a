// A part of the settings that folds.
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

export interface SectionProps {
  readonly title: string;
  /** How much of it is in use. */
  readonly note?: string | undefined;
  readonly action?: ReactNode;
  readonly open?: boolean;
  readonly children: ReactNode;
}

export function Section({ title, note, action, open = false, children }: SectionProps) {
  return (
    <details open={open} className="group border-line border-b last:border-b-0">
      <summary className="flex h-10 list-none items-center gap-2 px-4 font-medium text-sm -outline-offset-2 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          size={14}
          aria-hidden="true"
          className="text-faint transition-transform group-open:rotate-90"
        />
        {title}
        {note ? <span className="font-normal text-faint text-xs">{note}</span> : null}
      </summary>
      <div className="space-y-4 px-4 pb-4">
        {children}
        {action}
      </div>
    </details>
  );
}
