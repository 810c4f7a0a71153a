// Adds a provider in a minute: choose which, paste the key, see that it answers, pick its models. Nothing is stored before the end.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../../api/client.ts';
import type { OfferedModels, Provider, ProviderPreset } from '../../../api/contract.ts';
import { Button } from '../../../ui/button.tsx';
import { Sheet } from '../../../ui/dialog.tsx';
import { useToast } from '../../../ui/toast.tsx';
import { createdWords, createModels } from '../create-models.ts';
import { Connection } from './connection.tsx';
import { draftFor, type ProviderDraft, providerOf } from './draft.ts';
import { PresetGrid } from './preset-grid.tsx';

interface AddProviderSheetProps {
  readonly open: boolean;
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

export function AddProviderSheet({ open, ...rest }: AddProviderSheetProps) {
  return open ? <Steps {...rest} /> : null;
}

function Steps({ taken, onClose }: Omit<AddProviderSheetProps, 'open'>) {
  const [preset, setPreset] = useState<ProviderPreset | null>(null);
  const [draft, setDraft] = useState<ProviderDraft | null>(null);
  const [offered, setOffered] = useState<OfferedModels | null>(null);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const client = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  const back = () => {
    setPreset(null);
    setOffered(null);
    setPicked(new Set());
    setError(null);
  };

  async function save() {
    if (!preset || !draft) return;
    setBusy(true);
    setError(null);
    try {
      const body = { name: draft.name.trim(), ...providerOf(preset, draft) };
      const provider = await api.post<Provider>('/providers', body);
      const wanted = [...picked].map(
        (id) => offered?.data.find((model) => model.id === id) ?? { id, context_window: null },
      );
      const created = wanted.length > 0 ? await createModels(provider.name, wanted) : undefined;
      await Promise.all(
        [['providers'], ['models'], ['prices']].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
      toast({
        title: `“${provider.name}” is added`,
        detail: created ? createdWords(created) : 'Add models whose routes name it to send requests there.',
        ...(created && created.failed.length > 0 ? { tone: 'bad' as const } : {}),
      });
      onClose();
      void navigate({ to: '/providers/$name', params: { name: provider.name } });
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }

  const models = picked.size === 0 ? '' : picked.size === 1 ? ' with 1 model' : ` with ${picked.size} models`;
  return (
    <Sheet
      open
      onOpenChange={(next) => (next ? undefined : onClose())}
      size="lg"
      title={preset ? (preset.id === 'other' ? 'Add a server' : `Add ${preset.label}`) : 'Add a provider'}
      description={
        preset
          ? 'Nothing is stored until you add it.'
          : 'Choose what it is; anything that speaks OpenAI’s dialect works too.'
      }
      footer={
        preset ? (
          <>
            <Button variant="ghost" icon={<ArrowLeft size={14} />} className="mr-auto" onClick={back}>
              Another one
            </Button>
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="primary" busy={busy} onClick={() => void save()}>
              Add provider{models}
            </Button>
          </>
        ) : undefined
      }
    >
      {preset && draft ? (
        <Connection
          preset={preset}
          draft={draft}
          onDraft={(change) => {
            setDraft((now) => (now ? { ...now, ...change } : now));
            // What was offered was offered for what stood here before.
            if (!('name' in change)) setOffered(null);
          }}
          offered={offered}
          onOffered={setOffered}
          picked={picked}
          onPicked={setPicked}
          error={error}
        />
      ) : (
        <PresetGrid
          onChoose={(chosen) => {
            setPreset(chosen);
            setDraft(draftFor(chosen, taken));
          }}
        />
      )}
    </Sheet>
  );
}
