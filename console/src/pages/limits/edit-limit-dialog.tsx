// Changes the amount of a limit: by typing, or quickly by a quarter or to the double. What somebody else saved meanwhile is
// shown beside it, and never overwritten unseen.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, pathOf } from '../../api/client.ts';
import type { Limit } from '../../api/contract.ts';
import { ApiError } from '../../api/error.ts';
import { Button } from '../../ui/button.tsx';
import { ConflictDialog } from '../../ui/conflict-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { useToast } from '../../ui/toast.tsx';
import { LimitMeter } from './limit-meter.tsx';
import {
  amountRule,
  amountWords,
  limitSentence,
  limitWords,
  plainAmount,
  scopeWords,
} from './limit-words.ts';
import { raised } from './raise.ts';
import { fieldReason } from './reason.ts';
import { rereadAccounts } from './reread.ts';

interface EditLimitDialogProps {
  readonly limit: Limit | null;
  readonly onClose: () => void;
}

export function EditLimitDialog({ limit, onClose }: EditLimitDialogProps) {
  if (limit === null) return null;
  return <Editor key={limit.id} limit={limit} onClose={onClose} />;
}

function Editor({ limit, onClose }: { readonly limit: Limit; readonly onClose: () => void }) {
  const [text, setText] = useState(String(limit.amount));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [theirs, setTheirs] = useState<Limit | null>(null);
  const client = useQueryClient();
  const toast = useToast();
  const who = scopeWords(limit.scope, limit.scope_names);
  const amount = plainAmount(limit.metric, text);

  async function save(revision: number) {
    if (amount === undefined) {
      setError(new ApiError({ ...nonsense, message: amountRule(limit.metric) }));
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const saved = await api.patch<Limit>(pathOf`/limits/${limit.id}`, { amount }, revision);
      await rereadAccounts(client);
      toast({ title: `The limit is ${limitWords(saved)} now`, detail: 'In force for the next request.' });
      onClose();
    } catch (caught) {
      if (caught instanceof ApiError && caught.isConflict) setTheirs(await current(limit.id, setError));
      else setError(caught);
    } finally {
      setBusy(false);
    }
  }

  const amountError = fieldReason(error, 'amount');
  return (
    <>
      <Dialog
        open={theirs === null}
        onOpenChange={(open) => (open || theirs ? undefined : onClose())}
        title="Change the limit"
        description={who}
      >
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) void save(limit.revision);
          }}
        >
          {limit.settled === null ? null : (
            <LimitMeter limit={limit} label="Used in this window" className="mb-4" />
          )}
          <Field label="At most" error={amountError}>
            {(control) => (
              <Input
                {...control}
                autoFocus
                inputMode="decimal"
                autoComplete="off"
                value={text}
                onChange={(event) => setText(event.target.value)}
                {...(limit.metric === 'cost' ? { before: '$' } : {})}
              />
            )}
          </Field>
          <div className="mt-2 flex flex-wrap gap-2">
            <Button size="sm" onClick={() => setText(raised(limit.metric, String(limit.amount), 125n))}>
              +25%
            </Button>
            <Button size="sm" onClick={() => setText(raised(limit.metric, String(limit.amount), 200n))}>
              ×2
            </Button>
          </div>
          <p aria-live="polite" className="mt-3 min-h-8 text-muted text-xs">
            {limitSentence({ ...limit, amount: text }, who) ?? amountRule(limit.metric)}
          </p>
          {error && !amountError ? <ErrorNote error={error} className="mt-2" /> : null}
          <div className="mt-4 flex justify-end gap-2">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="primary" busy={busy}>
              Save
            </Button>
          </div>
        </form>
      </Dialog>
      <ConflictDialog
        open={theirs !== null}
        what={`The limit of ${who.charAt(0).toLowerCase()}${who.slice(1)}`}
        busy={busy}
        fields={
          theirs
            ? [
                {
                  name: 'Amount',
                  theirs: amountWords(limit.metric, theirs.amount),
                  yours: amount === undefined ? text : amountWords(limit.metric, amount),
                  differs: true,
                },
              ]
            : []
        }
        onTakeTheirs={() => {
          void rereadAccounts(client);
          onClose();
        }}
        onSaveYours={() => {
          const { revision } = theirs ?? limit;
          setTheirs(null);
          void save(revision);
        }}
      />
    </>
  );
}

const nonsense = { status: 400, code: 'invalid_value', param: 'amount', requestId: null, retryAfter: null };

/** As it is stored now; a limit that is gone is said as an error. */
async function current(id: string, onError: (error: unknown) => void): Promise<Limit | null> {
  try {
    return await api.get<Limit>(pathOf`/limits/${id}`);
  } catch (error) {
    onError(error);
    return null;
  }
}
