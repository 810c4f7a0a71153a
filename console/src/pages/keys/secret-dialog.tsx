// The one moment a secret is shown: copied, tried and put into code here. It lives in the memory of this window alone, and
// leaving without having saved it is asked about.
import { useBlocker } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import { useRef, useState } from 'react';
import type { KeyWithSecret } from '../../api/contract.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Checkbox } from '../../ui/toggle.tsx';
import { FullTime } from '../../ui/values.tsx';
import { SecretSnippets } from './secret-snippets.tsx';

interface SecretDialogProps {
  readonly made: KeyWithSecret;
  readonly rotated?: boolean;
  readonly onClose: () => void;
}

export function SecretDialog({ made, rotated = false, onClose }: SecretDialogProps) {
  const [saved, setSaved] = useState(false);
  const [leaving, setLeaving] = useState(false);
  // The button that leaves goes somewhere too.
  const leaves = useRef(false);
  useBlocker({
    shouldBlockFn: () => {
      const blocks = !saved && !leaves.current;
      if (blocks) setLeaving(true);
      return blocks;
    },
    // The browser asks in its own words.
    enableBeforeUnload: () => !saved && !leaves.current,
  });
  const leave = () => {
    leaves.current = true;
    onClose();
  };
  const [previous] = made.previous_secrets.toReversed();
  return (
    <Dialog
      open
      held
      size="lg"
      onOpenChange={() => undefined}
      title={rotated ? `New secret of “${made.name}”` : `“${made.name}” is ready`}
      description="This is the only time the key is shown. The gateway keeps its hash, from which nobody can make it again."
      footer={
        leaving ? (
          <>
            <p role="alert" className="mr-auto flex items-center gap-2 text-sm text-warn-text">
              <TriangleAlert size={15} aria-hidden="true" />
              The key has not been saved. Once closed, nobody can show it again.
            </p>
            <Button onClick={() => setLeaving(false)}>Go back</Button>
            <Button variant="danger" onClick={leave}>
              Close without it
            </Button>
          </>
        ) : (
          <>
            <div className="mr-auto">
              <Checkbox label="I have saved it" checked={saved} onChange={setSaved} />
            </div>
            <Button variant="primary" onClick={() => (saved ? leave() : setLeaving(true))}>
              Done
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-wrap items-center gap-2 rounded-md border border-line bg-sunken p-2 pl-3">
        <code data-secret className="min-w-0 flex-1 break-all font-mono text-sm">
          {made.key}
        </code>
        <CopyButton
          text={made.key}
          label="Copy key"
          labelled
          size="md"
          variant="primary"
          onCopied={() => setSaved(true)}
        />
      </div>
      {rotated && previous ? (
        <p className="mt-2 text-muted text-sm">
          The old secret works on until <FullTime at={previous.expires_at} />.
        </p>
      ) : null}
      <SecretSnippets made={made} />
    </Dialog>
  );
}
