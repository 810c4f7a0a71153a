// Streams at the pace of a model: CPU per chunk, the wait for the first token, how evenly the others come.
import { withCpu } from '../field.ts';
import type { OpenJob } from '../load/jobs.ts';
import { streamEvents } from '../wire.ts';
import type { Leg } from './leg.ts';

/** Begun per second: some 64 at a time, 3,200 chunks per second. */
export const streamRate = 48;

export function pacedStreams(seconds: number): Leg {
  return {
    name: 'streams',
    async measure(entry, { load }) {
      const { target } = entry.peer;
      const job: OpenJob = {
        kind: 'open',
        target,
        mode: 'paced',
        stream: true,
        id: 'speed',
        rate: streamRate,
        seconds,
      };
      const { micros, result } = await withCpu(entry, () => load.run(job));
      const chunks = result.answered * streamEvents.length;
      return {
        microsPerChunk: micros / chunks,
        busy: micros / result.seconds / 1e6,
        first50: result.firstDelta?.p50 ?? Number.NaN,
        first99: result.firstDelta?.p99 ?? Number.NaN,
        gap50: result.gap?.p50 ?? Number.NaN,
        gap99: result.gap?.p99 ?? Number.NaN,
        gapMax: result.gap?.max ?? Number.NaN,
      };
    },
  };
}
