// What of many short lives V8 takes for long ones: an object that is dead in its old generation keeps what it points to, and where
// each of a row points to the next, one of them keeps all that come after it, until everything is collected.
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Some in flight at a time, each with about 2 KB of its own. */
const lives = 20_000;
const atOnce = 32;
const livesPerScavenge = 500;

/** Bytes that the old generation has grown by. `begin` gets what a life holds on to, and returns what ends it. */
export function outlivedBytes(begin: (own: object) => () => void): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { type: 'minor' | 'major' }) => void;
  const underWay: (() => void)[] = new Array(atOnce).fill(() => undefined);
  collect({ type: 'major' });
  const before = oldSpaceBytes();
  for (let count = 0; count < lives; count++) {
    const place = count % atOnce;
    underWay[place]?.();
    underWay[place] = begin(new Array(250).fill(count));
    if (count % livesPerScavenge === 0) collect({ type: 'minor' });
  }
  return oldSpaceBytes() - before;
}

function oldSpaceBytes(): number {
  const oldSpace = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space');
  return oldSpace?.space_used_size ?? 0;
}
