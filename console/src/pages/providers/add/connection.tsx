// Where a new provider is and whether it answers: the fields, the check of the key, the models it offers, and a test of one.
import { PlugZap, Zap } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../../api/client.ts';
import type { OfferedModels, ProviderPreset, Trials } from '../../../api/contract.ts';
import { ApiError, fieldError } from '../../../api/error.ts';
import { useWrite } from '../../../api/queries.ts';
import { Button } from '../../../ui/button.tsx';
import { ErrorNote } from '../../../ui/error-state.tsx';
import { Field } from '../../../ui/field.tsx';
import { plural } from '../../../ui/format/quantity.ts';
import { Input } from '../../../ui/input.tsx';
import { TrialList } from '../../../ui/routing/trial-list.tsx';
import { ModelPicker } from '../model-picker.tsx';
import { OfferFailure } from '../offer-failure.tsx';
import { ConnectionFields, connectionParams } from './connection-fields.tsx';
import { type ProviderDraft, providerOf } from './draft.ts';

interface ConnectionProps {
  readonly preset: ProviderPreset;
  readonly draft: ProviderDraft;
  readonly onDraft: (change: Partial<ProviderDraft>) => void;
  readonly offered: OfferedModels | null;
  readonly onOffered: (offered: OfferedModels) => void;
  readonly picked: ReadonlySet<string>;
  readonly onPicked: (picked: ReadonlySet<string>) => void;
  /** Of the attempt to add it. */
  readonly error: unknown;
}

export function Connection(props: ConnectionProps) {
  const { preset, draft, onDraft, offered, onOffered, picked, onPicked, error } = props;
  const [byHand, setByHand] = useState('');
  const provider = providerOf(preset, draft);
  const check = useWrite<void, OfferedModels>({
    run: () => api.post<OfferedModels>('/provider-drafts/models', provider),
    onDone: onOffered,
  });
  const [first] = picked;
  const model = first ?? byHand.trim();
  const test = useWrite<string, Trials>({
    run: (asked) => api.post<Trials>('/provider-drafts/test', { provider, model: asked }),
    rereads: [['requests']],
  });
  const shown = error ?? check.error ?? test.error;
  return (
    <div className="space-y-5">
      <ConnectionFields
        preset={preset}
        draft={draft}
        onChange={(change) => {
          check.reset();
          test.reset();
          onDraft(change);
        }}
        error={shown}
      />
      {shown && !isPlaced(shown) ? <ErrorNote error={shown} /> : null}
      <section aria-label="Check" className="space-y-3 border-line border-t pt-4">
        <div className="flex flex-wrap items-center gap-2">
          <Button icon={<PlugZap size={14} />} busy={check.isPending} onClick={() => check.mutate()}>
            {check.isPending ? 'Asking…' : 'Check and list its models'}
          </Button>
          <Button
            icon={<Zap size={14} />}
            busy={test.isPending}
            disabled={model === ''}
            title={model === '' ? 'Pick a model first, or enter its name.' : `One small request to ${model}`}
            onClick={() => test.mutate(model)}
          >
            {test.isPending ? 'Testing…' : 'Send a test request'}
          </Button>
        </div>
        <div aria-live="polite" className="space-y-3">
          {offered && !offered.failure ? (
            <p className="text-good-text text-sm">
              It answers, and offers {plural(offered.data.length, 'model')}. Pick those that clients may ask
              for.
            </p>
          ) : null}
          {offered?.failure ? <OfferFailure failure={offered.failure} /> : null}
          {test.data ? (
            <div className="rounded-md bg-sunken px-3.5 py-3">
              <TrialList results={test.data.data.map((each) => ({ ...each, provider: draft.name }))} />
            </div>
          ) : null}
        </div>
        {offered && offered.data.length > 0 ? (
          <ModelPicker offered={offered.data} cut={offered.cut} picked={picked} onPicked={onPicked} />
        ) : (
          <Field label="Or name a model of it" hint="It is added with the provider, under this name.">
            {(control) => (
              <Input
                {...control}
                mono
                autoComplete="off"
                spellCheck={false}
                value={byHand}
                onChange={(event) => {
                  setByHand(event.target.value);
                  const name = event.target.value.trim();
                  onPicked(new Set(name === '' ? [] : [name]));
                }}
              />
            )}
          </Field>
        )}
      </section>
    </div>
  );
}

function isPlaced(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return connectionParams.some(
    (param) => fieldError(error, param) !== undefined || fieldError(error, `provider.${param}`) !== undefined,
  );
}
