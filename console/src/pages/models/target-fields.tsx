// One target of a route: a provider, the model's name there, and its share of the group's requests.
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useId } from 'react';
import { pathOf } from '../../api/client.ts';
import type { OfferedModels, Provider } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { IconButton } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, Select } from '../../ui/input.tsx';
import type { TargetDraft } from './model-draft.ts';

export interface TargetFieldsProps {
  readonly target: TargetDraft;
  /** `1.2`: for screen readers. */
  readonly place: string;
  readonly alone: boolean;
  readonly providers: readonly Provider[] | undefined;
  readonly publicName: string;
  readonly errorAt: (member: string) => string | undefined;
  readonly onTarget: (target: TargetDraft) => void;
  readonly onRemove: () => void;
}

export function TargetFields(props: TargetFieldsProps) {
  const { target, place, alone, providers, publicName, errorAt, onTarget, onRemove } = props;
  const listId = useId();
  const known = providers?.some(({ name }) => name === target.provider);
  const type = providers?.find(({ name }) => name === target.provider)?.type;
  const offered = useQuery({
    ...resource<OfferedModels>(pathOf`/providers/${target.provider}/models`),
    enabled: known === true && type !== 'local' && type !== 'bedrock',
    staleTime: 5 * 60_000,
    retry: false,
  });
  return (
    <div className="grid grid-cols-[1fr_auto] gap-2 sm:grid-cols-[minmax(8rem,1fr)_minmax(10rem,1.4fr)_auto_auto]">
      <Field
        label={<SmallLabel>Provider</SmallLabel>}
        error={errorAt('provider')}
        className="max-sm:col-span-2"
      >
        {(control) => (
          <Select
            {...control}
            aria-label={`Provider of target ${place}`}
            value={target.provider}
            onChange={(event) => onTarget({ ...target, provider: event.target.value })}
          >
            <option value="">Choose…</option>
            {known || target.provider === '' ? null : (
              <option value={target.provider}>{target.provider}</option>
            )}
            {providers?.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label={<SmallLabel>Model there</SmallLabel>}
        error={errorAt('model')}
        className="max-sm:col-span-2"
      >
        {(control) => (
          <>
            <Input
              {...control}
              mono
              aria-label={`Name at the provider of target ${place}`}
              autoComplete="off"
              spellCheck={false}
              list={listId}
              placeholder={publicName || 'as the public name'}
              value={target.model}
              onChange={(event) => onTarget({ ...target, model: event.target.value })}
            />
            <datalist id={listId}>
              {offered.data?.data.map(({ id }) => (
                <option key={id} value={id} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field label={<SmallLabel>Weight</SmallLabel>} error={errorAt('weight')} className="sm:w-20">
        {(control) => (
          <Input
            {...control}
            aria-label={`Weight of target ${place}`}
            inputMode="decimal"
            disabled={alone}
            value={target.weight}
            onChange={(event) => onTarget({ ...target, weight: event.target.value })}
          />
        )}
      </Field>
      <div className="self-end">
        <IconButton
          label={`Remove target ${place}`}
          icon={<X size={14} />}
          disabled={alone}
          onClick={onRemove}
        />
      </div>
    </div>
  );
}

function SmallLabel({ children }: { readonly children: string }) {
  return <span className="font-normal text-faint text-xs">{children}</span>;
}
