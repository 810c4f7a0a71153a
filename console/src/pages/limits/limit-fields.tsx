// Metric, amount and window of a limit in one row, with the sentence of what it will do. For limits that are made, alone or
// with a key.
import { Trash2 } from 'lucide-react';
import { IconButton } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, Select } from '../../ui/input.tsx';
import { amountRule, limitSentence, type Metric, metrics, type Window, windows } from './limit-words.ts';

export interface LimitDraft {
  readonly metric: Metric;
  readonly window: Window;
  readonly amount: string;
}

export const firstLimit: LimitDraft = { metric: 'cost', window: 'month', amount: '' };

export interface LimitFieldsProps {
  readonly draft: LimitDraft;
  readonly onDraft: (draft: LimitDraft) => void;
  /** Begins the sentence: `This key`. */
  readonly who: string;
  /** By the names of the API. */
  readonly errors: { readonly amount?: string | undefined; readonly window?: string | undefined };
  readonly onRemove?: () => void;
}

export function LimitFields({ draft, onDraft, who, errors, onRemove }: LimitFieldsProps) {
  const sentence = limitSentence(draft, who);
  return (
    <div>
      <div className="grid grid-cols-[1fr_auto] items-start gap-2">
        <div className="grid gap-2 sm:grid-cols-3">
          <Field label="What">
            {(control) => (
              <Select
                {...control}
                value={draft.metric}
                onChange={(event) => onDraft({ ...draft, metric: event.target.value as Metric })}
              >
                {metrics.map(({ value, label }) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="At most" error={errors.amount}>
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                value={draft.amount}
                onChange={(event) => onDraft({ ...draft, amount: event.target.value })}
                {...(draft.metric === 'cost'
                  ? { before: '$', placeholder: '50.00' }
                  : { placeholder: '1000' })}
              />
            )}
          </Field>
          {draft.metric === 'concurrent' ? null : (
            <Field label="Window" error={errors.window}>
              {(control) => (
                <Select
                  {...control}
                  value={draft.window}
                  onChange={(event) => onDraft({ ...draft, window: event.target.value as Window })}
                >
                  {windows.map(({ value, label }) => (
                    <option key={value} value={value}>
                      {label}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
        </div>
        {onRemove ? (
          <IconButton
            label="Remove this limit"
            icon={<Trash2 size={15} />}
            onClick={onRemove}
            className="mt-6"
          />
        ) : null}
      </div>
      <p aria-live="polite" className="mt-1.5 min-h-4 text-faint text-xs">
        {sentence ?? amountRule(draft.metric)}
      </p>
    </div>
  );
}
