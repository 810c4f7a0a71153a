// What went wrong and what to do about it: in the place of a page's content (ErrorState), or above a form's buttons
// (ErrorNote). Errors of one field belong beside the field.
import { CircleAlert, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError, messageOf } from '../api/error.ts';
import { Button } from './button.tsx';
import { cx } from './class-names.ts';
import { MarkedText } from './marked-text.tsx';

export interface ErrorStateProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** `The requests could not be read` */
  readonly title?: string;
  readonly children?: ReactNode;
}

export function ErrorState({ error, onRetry, title, children }: ErrorStateProps) {
  const away = error instanceof ApiError && error.isUnreachable;
  const Icon = away ? Unplug : CircleAlert;
  return (
    <div
      role="alert"
      className="flex flex-col items-center rounded-lg border border-line bg-surface px-6 py-12 text-center"
    >
      <Icon size={22} className="mb-3 text-bad-text" aria-hidden="true" />
      <p className="font-medium">
        {title ?? (away ? 'The gateway does not answer' : 'This could not be read')}
      </p>
      <p className="mt-1 max-w-prose break-words text-muted text-sm">
        <MarkedText text={messageOf(error)} />
      </p>
      <ErrorFacts error={error} />
      <div className="mt-4 flex gap-2">
        {onRetry ? <Button onClick={onRetry}>Try again</Button> : null}
        {children}
      </div>
    </div>
  );
}

export function ErrorNote({ error, className }: { readonly error: unknown; readonly className?: string }) {
  return (
    <div
      role="alert"
      className={cx(
        'flex items-start gap-2 rounded-md bg-bad-soft px-3 py-2 text-bad-text text-sm',
        className,
      )}
    >
      <CircleAlert size={15} className="mt-0.5 shrink-0" aria-hidden="true" />
      <div className="min-w-0 break-words">
        <MarkedText text={messageOf(error)} />
      </div>
    </div>
  );
}

function ErrorFacts({ error }: { readonly error: unknown }) {
  if (!(error instanceof ApiError) || error.status === 0) return null;
  return (
    <p className="mt-2 font-mono text-faint text-xs">
      {[error.status, error.code, error.requestId].filter(Boolean).join(' · ')}
    </p>
  );
}
