// One parameter: its value, or that it is not sent; a slider where a range invites one.
import { RotateCcw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from '../../../../ui/button.tsx';
import { cx } from '../../../../ui/class-names.ts';
import { Field } from '../../../../ui/field.tsx';
import { Input } from '../../../../ui/input.tsx';
import { type NumberParameter, numberProblem } from '../parameters.ts';

export interface NumberRowProps {
  readonly parameter: NumberParameter;
  readonly value: number | undefined;
  readonly ignored: boolean;
  readonly onValue: (value: number | undefined) => void;
}

export function NumberRow({ parameter, value, ignored, onValue }: NumberRowProps) {
  const { label, minimum, maximum, step, unset, about, whole } = parameter;
  const [text, setText] = useState(value === undefined ? '' : String(value));
  // What changed elsewhere (a reset, another conversation) is shown; what is being typed is not touched.
  useEffect(() => {
    setText((typed) => {
      if (value === undefined) return typed.trim() === '' || !numberProblem(parameter, typed) ? '' : typed;
      return typed.trim() !== '' && Number(typed) === value ? typed : String(value);
    });
  }, [value, parameter]);
  const problem = numberProblem(parameter, text);
  const type = (next: string) => {
    setText(next);
    if (next.trim() === '') onValue(undefined);
    else if (numberProblem(parameter, next) === undefined) onValue(Number(next));
  };
  return (
    <Field
      label={label}
      error={problem}
      hint={ignored ? 'This model’s provider does not take it: it is not sent on.' : about}
      aside={
        value === undefined ? (
          `Default ${unset}`
        ) : (
          <IconButton
            size="sm"
            label={`Reset ${label}`}
            icon={<RotateCcw size={12} />}
            onClick={() => type('')}
            className="-my-1"
          />
        )
      }
    >
      {(control) => (
        <div className="flex items-center gap-3">
          {step === undefined ? null : (
            <input
              type="range"
              aria-label={`${label}, slider`}
              min={minimum}
              max={maximum}
              step={step}
              value={value ?? Number(unset)}
              onChange={(event) => type(event.target.value)}
              className={cx('min-w-0 flex-1 accent-accent', value === undefined && 'opacity-40')}
            />
          )}
          <div className={step === undefined ? 'w-full' : 'w-20 shrink-0'}>
            <Input
              {...control}
              mono
              inputMode={whole ? 'numeric' : 'decimal'}
              value={text}
              placeholder={unset}
              onChange={(event) => type(event.target.value)}
            />
          </div>
        </div>
      )}
    </Field>
  );
}
