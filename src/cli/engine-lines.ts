// What the person at the terminal hears of the embedded model: one line when its state changes to one that matters.
import type { EngineStatus, LocalEngine } from '../core/ports.ts';

const told: ReadonlySet<EngineStatus['state']> = new Set(['loading', 'ready', 'restarting', 'failed', 'off']);

/** Returns the function that stops it. */
export function tellEngineStates(
  engine: Pick<LocalEngine, 'status' | 'onStatus'>,
  say: (line: string) => void,
): () => void {
  let last: EngineStatus['state'] | undefined;
  const tell = ({ state, detail }: EngineStatus) => {
    if (state !== last && told.has(state)) say(detail);
    last = state;
  };
  tell(engine.status());
  return engine.onStatus(tell);
}
