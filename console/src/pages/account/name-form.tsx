// One's own name.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Session } from '../../api/contract.ts';
import { fieldError } from '../../api/error.ts';
import { useWrite } from '../../api/queries.ts';
import { sessionQuery } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { useToast } from '../../ui/toast.tsx';

export function NameForm({ name }: { readonly name: string }) {
  const [draft, setDraft] = useState(name);
  const toast = useToast();
  const client = useQueryClient();
  const save = useWrite({
    run: (wanted: string) => api.patch<Session>('/session', { name: wanted }, undefined),
    rereads: [['members']],
    onDone: (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      toast({ title: 'Your name is saved' });
    },
  });
  const problem = fieldError(save.error, 'name');
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate(draft);
      }}
    >
      <Field label="Name" required className="w-72 max-sm:w-full" error={problem}>
        {(control) => (
          <Input
            {...control}
            required
            maxLength={100}
            autoComplete="name"
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" busy={save.isPending} disabled={draft.trim() === name || draft.trim() === ''}>
        Save
      </Button>
      {save.error && !problem ? <ErrorNote error={save.error} className="w-full" /> : null}
    </form>
  );
}
