// Gives a key a new secret: how long the old one works on is chosen first, then the new one is shown once.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, pathOf } from '../../api/client.ts';
import type { Key, KeyWithSecret } from '../../api/contract.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/input.tsx';
import { rereadAccounts } from '../limits/reread.ts';
import { SecretDialog } from './secret-dialog.tsx';

const overlaps = [
  {
    value: '24h',
    label: '24 hours',
    after: 'Clients have a day to change over; then the old secret gets 401.',
  },
  {
    value: '1h',
    label: '1 hour',
    after: 'Clients have an hour to change over; then the old secret gets 401.',
  },
  {
    value: '7d',
    label: '7 days',
    after: 'Clients have a week to change over; then the old secret gets 401.',
  },
  {
    value: '30d',
    label: '30 days',
    after: 'Clients have a month to change over; then the old secret gets 401.',
  },
  { value: '0', label: 'Not at all', after: 'The old secret and every earlier one get 401 from now on.' },
] as const;

interface RotateDialogProps {
  readonly subject: Key | null;
  readonly onClose: () => void;
}

export function RotateDialog({ subject, onClose }: RotateDialogProps) {
  if (subject === null) return null;
  return <Body key={subject.id} subject={subject} onClose={onClose} />;
}

function Body({ subject, onClose }: { readonly subject: Key; readonly onClose: () => void }) {
  const [overlap, setOverlap] = useState<string>('24h');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [made, setMade] = useState<KeyWithSecret | null>(null);
  const client = useQueryClient();
  if (made) return <SecretDialog made={made} rotated onClose={onClose} />;

  async function rotate() {
    setBusy(true);
    setError(null);
    try {
      const answer = await api.post<KeyWithSecret>(
        pathOf`/keys/${subject.id}/rotate`,
        { overlap },
        { revision: subject.revision },
      );
      setMade(answer);
      await rereadAccounts(client);
    } catch (caught) {
      setError(caught);
      setBusy(false);
      await rereadAccounts(client);
    }
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open || busy ? undefined : onClose())}
      title={`Rotate the secret of “${subject.name}”`}
      description="The key gets a new secret. Its limits, models and history stay with it."
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            Cancel
          </Button>
          <Button variant="primary" busy={busy} onClick={() => void rotate()}>
            Make new secret
          </Button>
        </>
      }
    >
      <Field
        label="The old secret works on for"
        hint={overlaps.find(({ value }) => value === overlap)?.after}
      >
        {(control) => (
          <Select {...control} value={overlap} onChange={(event) => setOverlap(event.target.value)}>
            {overlaps.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {error ? <ErrorNote error={error} className="mt-3" /> : null}
    </Dialog>
  );
}
