// The fields of a key, for making and for changing one. Errors stand at the field that the API names.
import { useQuery } from '@tanstack/react-query';
import type { ListOf, Model } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { MultiCombobox } from '../../ui/combobox.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, Textarea } from '../../ui/input.tsx';
import { fieldReason } from '../limits/reason.ts';
import { ExpiryField } from './expiry-field.tsx';
import { ipsError } from './field-errors.ts';
import type { KeyDraft } from './key-draft.ts';
import { NewLimits } from './new-limits.tsx';
import { OptionFields } from './option-fields.tsx';
import { ProjectField } from './project-field.tsx';

interface KeyFieldsProps {
  readonly draft: KeyDraft;
  readonly onDraft: (draft: KeyDraft) => void;
  readonly error: unknown;
  /** A key's project is chosen once; its limits are changed one by one. */
  readonly isNew: boolean;
}

export function KeyFields({ draft, onDraft, error, isNew }: KeyFieldsProps) {
  const set = (change: Partial<KeyDraft>) => onDraft({ ...draft, ...change });
  const errorOf = (param: string) => fieldReason(error, param);
  return (
    <div className="space-y-5">
      <Field
        label="Name"
        required
        error={errorOf('name')}
        hint="What uses it: an application, a person, a job."
      >
        {(control) => (
          <Input
            {...control}
            autoFocus={isNew}
            autoComplete="off"
            dir="auto"
            maxLength={200}
            value={draft.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      {isNew ? (
        <ProjectField
          value={draft.project}
          onValue={(project) => set({ project })}
          error={errorOf('project')}
        />
      ) : null}
      <ModelsField values={draft.models} onValues={(models) => set({ models })} error={errorOf('models')} />
      {isNew ? <NewLimits draft={draft} set={set} errorOf={errorOf} /> : null}
      <ExpiryField
        value={draft.expires}
        onValue={(expires) => set({ expires })}
        error={errorOf('expires_at')}
      />
      <Field
        label="Allowed addresses"
        error={ipsError(error, draft)}
        hint="One address or range a line, such as 203.0.113.7 or 10.0.0.0/8. Empty: from anywhere."
      >
        {(control) => (
          <Textarea
            {...control}
            mono
            rows={3}
            spellCheck={false}
            value={draft.ips}
            onChange={(event) => set({ ips: event.target.value })}
          />
        )}
      </Field>
      <OptionFields draft={draft} set={set} errorOf={errorOf} />
    </div>
  );
}

interface ModelsFieldProps {
  readonly values: readonly string[];
  readonly onValues: (values: readonly string[]) => void;
  readonly error: string | undefined;
}

function ModelsField({ values, onValues, error }: ModelsFieldProps) {
  const models = useQuery(resource<ListOf<Model>>('/models'));
  return (
    <Field
      label="Models"
      error={error}
      hint={
        values.length === 0
          ? 'All, also those that are added later.'
          : `Only ${values.length === 1 ? 'this one' : `these ${values.length}`}; others get 404.`
      }
    >
      {(control) => (
        <MultiCombobox
          control={control}
          placeholder="All models"
          none="All models"
          options={models.data?.data.map(({ name }) => ({ value: name, label: name }))}
          values={values}
          onValues={onValues}
        />
      )}
    </Field>
  );
}
