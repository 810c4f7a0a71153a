// How much more than what lives V8 may take. By itself it takes some times as much, which costs little while little lives, and is most
// of what a gateway takes when thousands of streams are open. Knows of requests only how many are open.
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const lookEveryMs = 1_000;
/** From here on the young generation, up to 64 MB, weighs more than the 5 µs a request that a quarter of it costs. */
const manyOpen = 256;
const fewOpen = manyOpen / 2;
/** Of both halves. One that has this much is as large as it gets. */
const youngBytes = 8 * 1024 * 1024;

/** To be told of each look. Whether the young generation may grow. */
export function createGrowthRule(): (open: number, young: number) => boolean {
  let many = false;
  return (open, young) => {
    many = open >= (many ? fewOpen : manyOpen);
    return !many || young < youngBytes;
  };
}

/** For all of the process, until it is disposed of. `open`: requests that it has under way. */
export function saveMemory(open: () => number): Disposable {
  // In percent, between two collections; V8's own rule (0) is up to four times. A heap that does not grow does not feel it.
  setFlagsFromString('--heap-growing-percent=50');
  const mayGrow = createGrowthRule();
  let growing = true;
  const grow = (now: boolean) => {
    if (now === growing) return;
    growing = now;
    // The factor by which it grows when much of it has lived on.
    setFlagsFromString(`--semi-space-growth-factor=${growing ? 2 : 1}`);
  };
  const timer = setInterval(() => grow(mayGrow(open(), youngSize())), lookEveryMs);
  timer.unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      grow(true);
      setFlagsFromString('--heap-growing-percent=0');
    },
  };
}

function youngSize(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}
