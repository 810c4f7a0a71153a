// The page put together: lanes beside each other, the message below, settings at the side, or as a sheet where there is no room.
import { useState, useSyncExternalStore } from 'react';
import { Sheet } from '../../../ui/dialog.tsx';
import { announcementOf } from '../conversation/announcement.ts';
import type { Session } from '../conversation/session.ts';
import type { History } from '../history/history.ts';
import { SettingsPanel } from '../settings/view/settings-panel.tsx';
import { Comparison } from './comparison.tsx';
import { Composer } from './composer.tsx';
import { usePlaygroundSession, useRunning } from './context.ts';
import { LaneView } from './lane.tsx';
import { TopBar } from './top-bar.tsx';

export interface WorkbenchProps {
  readonly history: History;
  readonly nextId: () => string;
  readonly onNew: () => void;
  readonly onPick: (id: string) => void;
}

const wide = matchMedia('(min-width: 80rem)');

export function Workbench({ history, nextId, onNew, onPick }: WorkbenchProps) {
  const session = usePlaygroundSession();
  const running = useRunning();
  const isWide = useSyncExternalStore(watchWide, () => wide.matches);
  const [beside, setBeside] = useState(true);
  const [sheet, setSheet] = useState(false);
  const two = session.lanes.length > 1;
  return (
    <div className="flex h-[calc(100dvh-5.75rem)] min-h-[28rem] flex-col lg:h-[calc(100dvh-3.5rem)]">
      <TopBar
        history={history}
        nextId={nextId}
        settingsOpen={isWide ? beside : sheet}
        onSettings={() => (isWide ? setBeside(!beside) : setSheet(true))}
        onNew={onNew}
        onPick={onPick}
      />
      <div className="flex min-h-0 flex-1 gap-3">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col gap-2">
          <div className={two ? 'flex min-h-0 flex-1 gap-2 max-md:flex-col' : 'flex min-h-0 flex-1'}>
            {session.lanes.map((lane, at) => (
              <LaneView
                key={lane.id}
                lane={lane}
                label={two ? (at === 0 ? 'First model' : 'Second model') : 'Model'}
                busy={running.has(lane.id)}
                removable={two}
              />
            ))}
          </div>
          {two ? <Comparison /> : null}
          <Composer />
          <Announcer session={session} count={running.size} />
        </div>
        {isWide && beside ? (
          <aside
            aria-label="Settings"
            className="w-80 shrink-0 overflow-y-auto rounded-lg border border-line bg-surface"
          >
            <SettingsPanel nextId={nextId} />
          </aside>
        ) : null}
      </div>
      <Sheet open={sheet && !isWide} onOpenChange={setSheet} size="sm" title="Settings">
        <div className="-mx-5 -my-4">
          <SettingsPanel nextId={nextId} />
        </div>
      </Sheet>
    </div>
  );
}

function watchWide(listener: () => void): () => void {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}

/** Says when an answer begins and ends, not every word of it. */
function Announcer({ session, count }: { readonly session: Session; readonly count: number }) {
  const [said, setSaid] = useState({ id: session.id, count: 0, words: '' });
  if (said.id !== session.id || said.count !== count) {
    const ended = said.id === session.id && said.count > 0;
    const words = count > 0 ? 'The answer is being written.' : ended ? announcementOf(session) : '';
    setSaid({ id: session.id, count, words });
  }
  return (
    <p role="status" className="sr-only">
      {said.words}
    </p>
  );
}
