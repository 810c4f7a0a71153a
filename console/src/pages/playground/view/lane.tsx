// One model with its conversation: its picker, what is known of it, and the turns, with the newest in sight.
import { ArrowDown, X } from 'lucide-react';
import { memo } from 'react';
import { IconButton } from '../../../ui/button.tsx';
import { scrollsByKeyboard } from '../../../ui/scroll-region.ts';
import type { Lane } from '../conversation/session.ts';
import { pathOf } from '../conversation/thread.ts';
import { changeLane, withoutLane } from '../state/conversations.ts';
import { AssistantTurnView } from './assistant-turn.tsx';
import { useModel, usePlaygroundView } from './context.ts';
import { LaneEmpty } from './lane-empty.tsx';
import { ModelFacts } from './model-facts.tsx';
import { ModelPicker } from './model-picker.tsx';
import { useFollow } from './use-follow.ts';
import { UserTurnView } from './user-turn.tsx';

export interface LaneViewProps {
  readonly lane: Lane;
  /** `Model`, `First model` */
  readonly label: string;
  readonly busy: boolean;
  readonly removable: boolean;
}

export const LaneView = memo(function LaneView({ lane, label, busy, removable }: LaneViewProps) {
  const { playground } = usePlaygroundView();
  const model = useModel(lane.model);
  const follow = useFollow(busy);
  const path = pathOf(lane.thread);
  return (
    <section
      aria-label={`${label}: ${lane.model}`}
      className="relative flex min-h-0 min-w-0 flex-1 flex-col rounded-lg border border-line bg-surface"
    >
      <div className="flex items-center gap-2 border-line border-b px-3 py-2">
        <ModelPicker
          label={label}
          value={lane.model}
          disabled={busy}
          onValue={(name) =>
            playground.update((session) => changeLane(session, lane.id, (each) => ({ ...each, model: name })))
          }
        />
        <div className="min-w-0 flex-1">{model ? <ModelFacts model={model} /> : null}</div>
        {removable ? (
          <IconButton
            size="sm"
            label={`Close ${lane.model}`}
            icon={<X size={14} />}
            disabled={busy}
            onClick={() => playground.update((session) => withoutLane(session, lane.id))}
          />
        ) : null}
      </div>
      <section
        {...scrollsByKeyboard}
        ref={follow.frame}
        aria-label={`Conversation with ${lane.model}`}
        className="min-h-0 flex-1 overflow-y-auto -outline-offset-2"
      >
        <div ref={follow.content} className="mx-auto max-w-3xl px-4 py-2">
          {path.length === 0 ? <LaneEmpty model={model} name={lane.model} /> : null}
          {path.map(({ id, turn }, at) =>
            turn.role === 'user' ? (
              <UserTurnView key={id} lane={lane} nodeId={id} turn={turn} busy={busy} />
            ) : (
              <AssistantTurnView
                key={id}
                lane={lane}
                nodeId={id}
                turn={turn}
                busy={busy}
                last={at === path.length - 1}
              />
            ),
          )}
        </div>
      </section>
      {follow.following ? null : (
        <IconButton
          size="sm"
          variant="secondary"
          label="To the newest"
          icon={<ArrowDown size={14} />}
          onClick={follow.toEnd}
          className="absolute right-4 bottom-3 shadow-pop"
        />
      )}
    </section>
  );
});
