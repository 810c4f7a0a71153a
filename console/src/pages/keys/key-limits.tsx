// The limits of a key on its page.
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { pathOf } from '../../api/client.ts';
import type { KeyDetail } from '../../api/contract.ts';
import { useMay } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CreateLimitSheet } from '../limits/create-limit-sheet.tsx';
import { OwnerLimits } from '../limits/owner-limits.tsx';

export function KeyLimits({ subject }: { readonly subject: KeyDetail }) {
  const [creating, setCreating] = useState(false);
  const mayChange = useMay('admin') && subject.status !== 'revoked';
  return (
    <Card
      title="Limits"
      description="Its own, and those of what it belongs to. The first that is full stops it."
      actions={
        mayChange ? (
          <Button size="sm" icon={<Plus size={14} />} onClick={() => setCreating(true)}>
            Add a limit
          </Button>
        ) : null
      }
    >
      <OwnerLimits
        path={pathOf`/keys/${subject.id}/limits`}
        owner={{ kind: 'key', id: subject.id }}
        empty={
          <p className="text-muted text-sm">
            No limit stops this key: it may spend as much as the providers sell.
          </p>
        }
      />
      <CreateLimitSheet
        open={creating}
        onClose={() => setCreating(false)}
        scope={[{ kind: 'key', value: subject.id, name: subject.name }]}
      />
    </Card>
  );
}
