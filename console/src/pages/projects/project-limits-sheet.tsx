// The limits of a project.
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { pathOf } from '../../api/client.ts';
import type { Project } from '../../api/contract.ts';
import { useMay } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/dialog.tsx';
import { CreateLimitSheet } from '../limits/create-limit-sheet.tsx';
import { OwnerLimits } from '../limits/owner-limits.tsx';

interface ProjectLimitsSheetProps {
  readonly subject: Project;
  readonly onClose: () => void;
}

export function ProjectLimitsSheet({ subject, onClose }: ProjectLimitsSheetProps) {
  const [creating, setCreating] = useState(false);
  const mayChange = useMay('admin');
  return (
    <>
      <Sheet
        open
        onOpenChange={(open) => (open || creating ? undefined : onClose())}
        title={`Limits of “${subject.name}”`}
        description="Its own, and those of its organization. The first that is full stops all of its keys."
        footer={
          mayChange ? (
            <Button icon={<Plus size={14} />} onClick={() => setCreating(true)}>
              Add a limit
            </Button>
          ) : null
        }
      >
        <OwnerLimits
          path={pathOf`/projects/${subject.id}/limits`}
          owner={{ kind: 'project', id: subject.id }}
          empty={
            <p className="text-muted text-sm">
              No limit stops this project: its keys may spend as much as the providers sell, each within its
              own limits.
            </p>
          }
        />
      </Sheet>
      <CreateLimitSheet
        open={creating}
        onClose={() => setCreating(false)}
        scope={[{ kind: 'project', value: subject.id, name: subject.name }]}
      />
    </>
  );
}
