// The head of a page: its one h1, what the page is for, and its actions. Sets the title of the tab.
import type { ReactNode } from 'react';
import { useEffect } from 'react';

export interface PageHeaderProps {
  /** The h1. */
  readonly title: ReactNode;
  /** For the tab's title, where `title` is no text. */
  readonly tabTitle?: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** Above the title: a link back to the list. */
  readonly back?: ReactNode;
}

export function PageHeader({ title, tabTitle, description, actions, back }: PageHeaderProps) {
  const name = tabTitle ?? (typeof title === 'string' ? title : undefined);
  useEffect(() => {
    if (name !== undefined) document.title = `${name} · Tollgate`;
  }, [name]);
  return (
    <header className="mb-5 flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
      <div className="min-w-0">
        {back ? <div className="mb-1 text-sm">{back}</div> : null}
        <h1 className="break-words font-semibold text-xl tracking-tight">{title}</h1>
        {description ? <div className="mt-0.5 max-w-prose text-muted text-sm">{description}</div> : null}
      </div>
      {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
    </header>
  );
}
