// Turns the live view on and off, and says how it stands.
import { Pause, Play } from 'lucide-react';
import { Button } from '../../../ui/button.tsx';
import { cx } from '../../../ui/class-names.ts';
import type { LiveState } from '../live/use-live-requests.ts';

interface LiveControlsProps {
  readonly on: boolean;
  readonly state: LiveState;
  readonly held: boolean;
  readonly onChange: (on: boolean) => void;
}

export function LiveControls({ on, state, held, onChange }: LiveControlsProps) {
  return (
    <Button
      aria-pressed={on}
      title={on ? 'New requests appear as they happen' : 'Show new requests as they happen'}
      icon={on ? <Pause size={14} /> : <Play size={14} />}
      onClick={() => onChange(!on)}
      className={on ? 'border-accent' : ''}
    >
      Live
      {on ? (
        <span
          title={state.reason}
          className="inline-flex items-center gap-1.5 border-line border-l pl-1.5 font-normal text-muted"
        >
          <span
            aria-hidden="true"
            className={cx(
              'size-1.5 rounded-full',
              state.state === 'lost' ? 'bg-bad' : held ? 'bg-warn' : 'bg-good',
              state.state !== 'live' && 'animate-wait',
            )}
          />
          {word(state, held)}
        </span>
      ) : null}
    </Button>
  );
}

function word({ state }: LiveState, held: boolean): string {
  if (state === 'lost') return 'reconnecting';
  if (state !== 'live') return 'connecting';
  return held ? 'paused' : 'on';
}
