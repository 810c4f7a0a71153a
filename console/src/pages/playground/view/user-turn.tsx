// What the user said in a lane, with its images.
import { useState } from 'react';
import { useToast } from '../../../ui/toast.tsx';
import type { Lane, UserTurn } from '../conversation/session.ts';
import { versionOf } from '../conversation/thread.ts';
import { ImageStrip } from '../images/image-strip.tsx';
import { removeTurn, rewriteTurn, showVersion } from '../state/conversations.ts';
import { usePlaygroundView } from './context.ts';
import { EditTurn } from './edit-turn.tsx';
import { actionsClass, TurnActions } from './turn-actions.tsx';

export interface UserTurnViewProps {
  readonly lane: Lane;
  readonly nodeId: string;
  readonly turn: UserTurn;
  readonly busy: boolean;
}

export function UserTurnView({ lane, nodeId, turn, busy }: UserTurnViewProps) {
  const { playground, closed } = usePlaygroundView();
  const toast = useToast();
  const [editing, setEditing] = useState(false);
  const remove = () => {
    const before = playground.session.get();
    playground.update((session) => removeTurn(session, lane.id, nodeId));
    toast({
      title: 'Question deleted',
      action: { label: 'Undo', run: () => playground.update(() => before) },
    });
  };
  return (
    <article aria-label="You" className="group flex flex-col items-end py-2">
      {editing ? (
        <EditTurn
          what="question"
          text={turn.text}
          onCancel={() => setEditing(false)}
          onSave={(text) => {
            setEditing(false);
            playground.update((session) => rewriteTurn(session, lane.id, nodeId, text));
          }}
          onResend={
            closed === undefined
              ? (text) => {
                  setEditing(false);
                  playground.resend(lane.id, nodeId, text);
                }
              : undefined
          }
        />
      ) : (
        <>
          <ImageStrip images={turn.images} />
          <div className="mt-1 flex w-full flex-row-reverse flex-wrap items-center gap-x-2 gap-y-1">
            {turn.text === '' ? null : (
              <p className="max-w-[85%] whitespace-pre-wrap break-words rounded-lg bg-sunken px-3 py-2 leading-relaxed">
                {turn.text}
              </p>
            )}
            <div className={actionsClass}>
              <TurnActions
                what="question"
                text={turn.text}
                version={versionOf(lane.thread, nodeId)}
                disabled={busy}
                onVersion={(by) => playground.update((session) => showVersion(session, lane.id, nodeId, by))}
                onEdit={() => setEditing(true)}
                onDelete={remove}
              />
            </div>
          </div>
        </>
      )}
    </article>
  );
}
