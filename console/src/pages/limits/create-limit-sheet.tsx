// Makes a limit: for whom, of what, how much, in which window; the sentence below says what it will do.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Limit } from '../../api/contract.ts';
import { ApiError } from '../../api/error.ts';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { useToast } from '../../ui/toast.tsx';
import { firstLimit, type LimitDraft, LimitFields } from './limit-fields.tsx';
import { amountRule, limitWords, newLimit, plainAmount, scopeWords } from './limit-words.ts';
import { fieldReason } from './reason.ts';
import { rereadAccounts } from './reread.ts';
import { ScopeFields, type ScopeRow } from './scope-fields.tsx';

export interface CreateLimitSheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Whom it is for at first; each key by itself if absent. */
  readonly scope?: readonly ScopeRow[];
}

const eachKey: readonly ScopeRow[] = [{ kind: 'key', value: '*' }];
const formId = 'create-limit';

export function CreateLimitSheet({ open, onClose, scope = eachKey }: CreateLimitSheetProps) {
  const [busy, setBusy] = useState(false);
  return (
    <Sheet
      open={open}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title="Create limit"
      description="In force for the next request. What was used in the current window before counts too."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            Create limit
          </Button>
        </>
      }
    >
      <Form scope={scope} busy={busy} onBusy={setBusy} onClose={onClose} />
    </Sheet>
  );
}

interface FormProps {
  readonly scope: readonly ScopeRow[];
  readonly busy: boolean;
  readonly onBusy: (busy: boolean) => void;
  readonly onClose: () => void;
}

function Form({ scope, busy, onBusy, onClose }: FormProps) {
  const [rows, setRows] = useState(scope);
  const [draft, setDraft] = useState<LimitDraft>(firstLimit);
  const [error, setError] = useState<unknown>(null);
  const client = useQueryClient();
  const toast = useToast();
  const names = Object.fromEntries(rows.map(({ kind, value, name }) => [kind, name ?? value]));
  const who = scopeWords(scopeOf(rows), names);

  async function create() {
    if (plainAmount(draft.metric, draft.amount) === undefined) {
      setError(wrongAmount(draft));
      return;
    }
    onBusy(true);
    setError(null);
    try {
      const made = await api.post<Limit>('/limits', { scope: scopeOf(rows), ...newLimit(draft) });
      await rereadAccounts(client);
      toast({
        title: `${scopeWords(made.scope, made.scope_names)}: ${limitWords(made)}`,
        detail: 'In force for the next request.',
      });
      onClose();
    } catch (caught) {
      setError(caught);
    } finally {
      onBusy(false);
    }
  }

  const errors = { amount: fieldReason(error, 'amount'), window: fieldReason(error, 'window') };
  const shown =
    errors.amount ?? errors.window ?? rows.some(({ kind }) => fieldReason(error, `scope.${kind}`));
  return (
    <form
      id={formId}
      noValidate
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void create();
      }}
    >
      <ScopeFields rows={rows} onRows={setRows} errorOf={(kind) => fieldReason(error, `scope.${kind}`)} />
      <LimitFields draft={draft} onDraft={setDraft} who={who} errors={errors} />
      {error && !shown ? <ErrorNote error={error} /> : null}
    </form>
  );
}

function scopeOf(rows: readonly ScopeRow[]): Limit['scope'] {
  return Object.fromEntries(rows.map(({ kind, value }) => [kind, value.trim() || '*']));
}

function wrongAmount({ metric }: LimitDraft): ApiError {
  return new ApiError({
    status: 400,
    code: 'invalid_value',
    param: 'amount',
    message: amountRule(metric),
    requestId: null,
    retryAfter: null,
  });
}
