// The settings of a model beside its route, most of which most models never need: those stand below a fold.
import { fieldError } from '../../api/error.ts';
import { Field } from '../../ui/field.tsx';
import { Input, Select } from '../../ui/input.tsx';
import type { ModelDraft } from './model-draft.ts';

interface ModelSettingsProps {
  readonly draft: ModelDraft;
  readonly onChange: (change: Partial<ModelDraft>) => void;
  readonly error: unknown;
}

/** Errors that name one of these stand beside a field. */
export const settingParams = [
  'strategy',
  'context_window',
  'max_output_tokens',
  'retry.attempts',
  'hedge',
  'timeouts.first_token',
  'timeouts.total',
];

export function ModelSettings({ draft, onChange, error }: ModelSettingsProps) {
  const text = (
    name: keyof ModelDraft,
    param: string,
    words: {
      readonly label: string;
      readonly hint?: string;
      readonly placeholder?: string;
      readonly unit?: string;
    },
  ) => (
    <Field label={words.label} error={fieldError(error, param)} {...(words.hint ? { hint: words.hint } : {})}>
      {(control) => (
        <Input
          {...control}
          autoComplete="off"
          placeholder={words.placeholder ?? 'default'}
          value={String(draft[name])}
          onChange={(event) => onChange({ [name]: event.target.value })}
          {...(words.unit ? { after: words.unit } : {})}
        />
      )}
    </Field>
  );
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Order inside a group" error={fieldError(error, 'strategy')}>
          {(control) => (
            <Select
              {...control}
              value={draft.strategy}
              onChange={(event) => onChange({ strategy: event.target.value })}
            >
              <option value="weighted">By weight</option>
              <option value="least-latency">Fastest first token first</option>
              <option value="lowest-cost">Lowest cost first</option>
              <option value="prefix-affinity">Same prompt beginning, same target</option>
            </Select>
          )}
        </Field>
        <Field label="When a stream breaks off" hint="Another target can go on with the text where it ended.">
          {(control) => (
            <Select
              {...control}
              value={draft.onStreamFailure}
              onChange={(event) => onChange({ onStreamFailure: event.target.value })}
            >
              <option value="error">End it with an error</option>
              <option value="continue">Go on with another target</option>
            </Select>
          )}
        </Field>
        {text('contextWindow', 'context_window', {
          label: 'Context window',
          unit: 'tokens',
          placeholder: 'not known',
        })}
        {text('maxOutputTokens', 'max_output_tokens', {
          label: 'Most output tokens',
          unit: 'tokens',
          placeholder: 'not known',
        })}
      </div>
      <details className="rounded-lg border border-line px-3.5 py-2.5">
        <summary className="cursor-pointer rounded font-medium text-sm">Retries and time limits</summary>
        <div className="mt-3 grid gap-4 sm:grid-cols-2">
          {text('attempts', 'retry.attempts', { label: 'Rounds through the route', placeholder: '1' })}
          {text('hedge', 'hedge', {
            label: 'Ask a second target after',
            hint: 'The first to answer wins; both may cost.',
            placeholder: 'never',
          })}
          {text('firstToken', 'timeouts.first_token', {
            label: 'Wait for the first token',
            placeholder: '10m',
          })}
          {text('total', 'timeouts.total', { label: 'Whole answer within', placeholder: '30m' })}
        </div>
      </details>
    </>
  );
}
