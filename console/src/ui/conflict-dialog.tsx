// Somebody else changed the same thing meanwhile (412): their values beside yours, and a choice. Nothing is overwritten
// before it is made.
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

export interface ConflictField {
  readonly name: string;
  readonly theirs: ReactNode;
  readonly yours: ReactNode;
  readonly differs: boolean;
}

export interface ConflictDialogProps {
  readonly open: boolean;
  /** `The limit “$50 a month”` */
  readonly what: string;
  readonly fields: readonly ConflictField[];
  /** Your changes are dropped. */
  readonly onTakeTheirs: () => void;
  /** Your values are saved over theirs, from the revision that is shown. */
  readonly onSaveYours: () => void;
  readonly busy?: boolean;
}

export function ConflictDialog({
  open,
  what,
  fields,
  onTakeTheirs,
  onSaveYours,
  busy = false,
}: ConflictDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onTakeTheirs();
      }}
      size="md"
      title="Changed by someone else meanwhile"
      description={`${what} was saved elsewhere while you were editing. Nothing of yours is saved yet.`}
      footer={
        <>
          <Button onClick={onTakeTheirs} disabled={busy}>
            Keep theirs
          </Button>
          <Button variant="primary" onClick={onSaveYours} busy={busy}>
            Save mine over theirs
          </Button>
        </>
      }
    >
      <table className="w-full text-sm">
        <thead>
          <tr className="text-left text-muted text-xs">
            <th scope="col" className="py-1.5 pr-3 font-medium">
              Field
            </th>
            <th scope="col" className="py-1.5 pr-3 font-medium">
              Theirs, stored now
            </th>
            <th scope="col" className="py-1.5 font-medium">
              Yours
            </th>
          </tr>
        </thead>
        <tbody>
          {fields
            .filter((field) => field.differs)
            .map((field) => (
              <tr key={field.name} className="border-line border-t align-top">
                <th scope="row" className="py-2 pr-3 text-left font-medium">
                  {field.name}
                </th>
                <td className="break-words py-2 pr-3">{field.theirs}</td>
                <td className="break-words bg-accent-soft px-2 py-2">{field.yours}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </Dialog>
  );
}
