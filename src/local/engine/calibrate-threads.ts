// Finds the thread count that decodes fastest on this machine as it is now. Guessing is not good enough: on two
// shared cores one thread too many costs a factor of a hundred, since llama.cpp's threads wait by spinning.
import type { Clock } from '../../core/clock.ts';
import type { NativeContext } from './native-interface.ts';

/** 1, 2, 3, 4, 6, 8, 12, 16, … up to `cores`, and `cores`. */
export function threadCandidates(cores: number): number[] {
  const candidates = new Set<number>();
  for (
    let threads = 1;
    threads < cores;
    threads += threads < 4 ? 1 : 2 ** (Math.floor(Math.log2(threads)) - 1)
  ) {
    candidates.add(threads);
  }
  return [...candidates.add(cores)];
}

/**
 * Decodes single tokens with each candidate in turn, round after round, dropping the clearly slower ones, for at most
 * `budgetMs`. A larger count must beat a smaller one by a tenth: the cores it takes serve the gateway too.
 */
export async function calibrateThreads(
  context: Pick<NativeContext, 'evaluate' | 'truncate' | 'setThreads' | 'contextSize'>,
  candidates: readonly number[],
  clock: Clock,
  budgetMs = 1200,
): Promise<number> {
  const end = clock.monotonic() + budgetMs;
  const fastest = new Map<number, number>();
  let position = 0;
  const decode = async (threads: number) => {
    context.setThreads(threads);
    const start = clock.monotonic();
    await context.evaluate([{ sequence: 0, position, tokens: Uint32Array.of(0), sample: true }]);
    position++;
    return clock.monotonic() - start;
  };
  try {
    await decode(1); // brings the weights into memory
    let remaining = candidates;
    for (let round = 0; round < 8 && remaining.length > 1 && clock.monotonic() < end; round++) {
      for (const threads of remaining) {
        if (position + 1 >= context.contextSize || (round > 0 && clock.monotonic() >= end)) break;
        fastest.set(
          threads,
          Math.min(await decode(threads), fastest.get(threads) ?? Number.POSITIVE_INFINITY),
        );
        if (round === 0 && hopeless(fastest, threads)) break;
      }
      const best = Math.min(...fastest.values());
      remaining = remaining.filter(
        (threads) => (fastest.get(threads) ?? Number.POSITIVE_INFINITY) < best * 1.5,
      );
    }
  } finally {
    context.truncate(0, 0);
  }
  return pickThreads(fastest) ?? candidates[0] ?? 1;
}

/** More threads than this will not get better. */
function hopeless(fastest: ReadonlyMap<number, number>, threads: number): boolean {
  return (fastest.get(threads) ?? 0) > 4 * Math.min(...fastest.values());
}

/** The fewest threads that are within a tenth of the fastest. */
export function pickThreads(durations: ReadonlyMap<number, number>): number | undefined {
  const best = Math.min(...durations.values());
  return [...durations.keys()]
    .sort((a, b) => a - b)
    .find((threads) => (durations.get(threads) ?? 0) <= best * 1.1);
}
