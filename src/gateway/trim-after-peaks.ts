// Gives back what a peak of requests left behind. V8 keeps the heap it once needed until memory is short, which on a machine
// that others use as well it may never be told.
import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { trimMemory } from './trim-memory.ts';

export interface ProcessLook {
  /** Share of the time since the last look in which the event loop did something. */
  readonly busy: number;
  /** What V8 has taken from the system. */
  readonly heapBytes: number;
}

const lookEveryMs = 3_000;
/** A loop that does less waits most of the time: a pause of 0.1 s is likely nobody's. */
const quietBusy = 0.05;
const quietLooks = 2;
/** Less is not worth a pause. */
const worthBytes = 24 * 1024 * 1024;
/** Where requests are few the heap grows back slowly: no pause more often than this. */
const leastLooksBetween = 20;

/** To be told of each look. Whether memory is to be given back now. */
export function createPeakRule(heapBytes: number): (look: ProcessLook) => boolean {
  let floor = heapBytes;
  let quiet = 0;
  let since = leastLooksBetween;
  let trimmed = false;
  return (look) => {
    if (trimmed) floor = look.heapBytes;
    trimmed = false;
    since++;
    quiet = look.busy < quietBusy ? quiet + 1 : 0;
    if (quiet < quietLooks || since < leastLooksBetween) return false;
    if (look.heapBytes - floor < worthBytes) return false;
    trimmed = true;
    since = 0;
    return true;
  };
}

/** From now, which is taken for what the process needs at rest. */
export function trimAfterPeaks(): Disposable {
  const heapBytes = () => getHeapStatistics().total_heap_size;
  const isDue = createPeakRule(heapBytes());
  let before = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (isDue({ busy: utilization, heapBytes: heapBytes() })) trimMemory();
  }, lookEveryMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
