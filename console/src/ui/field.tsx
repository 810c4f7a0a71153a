// A label, its control, a hint and an error, tied together for screen readers. The control gets what it must carry from
// the function: `<Field label="Name">{(control) => <Input {...control} />}</Field>`.
import { CircleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { MarkedText } from './marked-text.tsx';

export interface ControlProps {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
  readonly 'aria-required': true | undefined;
}

export interface FieldProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** Shown in the place of the hint's colour; announced when it appears. */
  readonly error?: string | undefined;
  readonly required?: boolean;
  /** At the right end of the label's line: a link, a counter. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly children: (control: ControlProps) => ReactNode;
}

export function Field({ label, hint, error, required, aside, className, children }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const described = [hint ? hintId : '', error ? errorId : ''].filter(Boolean).join(' ');
  return (
    <div className={className}>
      <div className="mb-1 flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        {aside ? <div className="text-faint text-xs">{aside}</div> : null}
      </div>
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': error ? true : undefined,
        'aria-required': required || undefined,
      })}
      {hint ? (
        <p id={hintId} className="mt-1 text-faint text-xs">
          {hint}
        </p>
      ) : null}
      <p id={errorId} role="alert" className="mt-1 flex items-start gap-1 text-bad-text text-xs empty:hidden">
        {error ? (
          <>
            <CircleAlert size={13} className="mt-px shrink-0" aria-hidden="true" />
            <span className="min-w-0 break-words">
              <MarkedText text={error} />
            </span>
          </>
        ) : null}
      </p>
    </div>
  );
}
