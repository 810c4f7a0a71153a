// The head of the page: its name, and what is done with the conversation as a whole.
import { Code2, Columns2, History as HistoryIcon, Link2, Plus, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '../../../ui/button.tsx';
import { CodeDialog } from '../code/code-dialog.tsx';
import type { History } from '../history/history.ts';
import { HistorySheet } from '../history/history-sheet.tsx';
import { ShareDialog } from '../share/share-dialog.tsx';
import { isEmpty, withComparison, withoutLane } from '../state/conversations.ts';
import { usePlaygroundSession, usePlaygroundView, useRunning } from './context.ts';

export interface TopBarProps {
  readonly history: History;
  readonly nextId: () => string;
  readonly settingsOpen: boolean;
  readonly onSettings: () => void;
  readonly onNew: () => void;
  readonly onPick: (id: string) => void;
}

export function TopBar({ history, nextId, settingsOpen, onSettings, onNew, onPick }: TopBarProps) {
  const { playground, models } = usePlaygroundView();
  const session = usePlaygroundSession();
  const busy = useRunning().size > 0;
  const [dialog, setDialog] = useState<'code' | 'share' | 'history'>();
  const show = (name: typeof dialog) => (open: boolean) => setDialog(open ? name : undefined);
  const [first, second] = session.lanes;
  const compare = () => {
    if (second) {
      playground.update((before) => withoutLane(before, second.id));
      return;
    }
    const other = models.find(({ name, state }) => name !== first?.model && state === 'ready') ?? models[0];
    if (other) playground.update((before) => withComparison(before, other.name, nextId()));
  };
  return (
    <header className="mb-3 flex flex-wrap items-center justify-between gap-2">
      <h1 className="font-semibold text-xl tracking-tight">Playground</h1>
      <div className="flex items-center gap-1.5">
        <Button size="sm" icon={<Plus size={13} />} disabled={isEmpty(session)} onClick={onNew}>
          New
        </Button>
        <Button
          size="sm"
          icon={<Columns2 size={13} />}
          aria-pressed={second !== undefined}
          disabled={busy}
          className="aria-pressed:border-accent aria-pressed:text-accent-text"
          onClick={compare}
        >
          Compare
        </Button>
        <IconButton
          size="sm"
          label="Copy as code"
          icon={<Code2 size={15} />}
          onClick={() => show('code')(true)}
        />
        <IconButton
          size="sm"
          label="Share by link"
          icon={<Link2 size={15} />}
          disabled={isEmpty(session)}
          onClick={() => show('share')(true)}
        />
        <IconButton
          size="sm"
          label="Earlier conversations"
          icon={<HistoryIcon size={15} />}
          onClick={() => show('history')(true)}
        />
        <IconButton
          size="sm"
          label={settingsOpen ? 'Hide settings' : 'Show settings'}
          icon={<SlidersHorizontal size={15} />}
          aria-pressed={settingsOpen}
          onClick={onSettings}
        />
      </div>
      <CodeDialog open={dialog === 'code'} onOpenChange={show('code')} session={session} />
      <ShareDialog open={dialog === 'share'} onOpenChange={show('share')} session={session} />
      <HistorySheet
        open={dialog === 'history'}
        onOpenChange={show('history')}
        history={history}
        currentId={session.id}
        onPick={onPick}
      />
    </header>
  );
}
