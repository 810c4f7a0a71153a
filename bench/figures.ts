// What one run found, as it is written to bench/results and read by the page.
import type { AbortFigures } from './correctness/aborts.ts';
import type { BrokenStreamFigures } from './correctness/broken-streams.ts';
import type { KillFigures } from './correctness/kills.ts';
import type { OvershootFigures } from './correctness/overshoot.ts';
import type { Rounds } from './legs/leg.ts';
import type { MemoryFigures } from './legs/memory.ts';
import type { OverloadFigures } from './legs/overload.ts';
import type { Machine } from './machine.ts';
import type { Duties } from './peers/peer.ts';

/** What is right or wrong of a program. */
export interface CorrectnessFigures {
  overshoot?: OvershootFigures;
  aborts?: AbortFigures;
  kills?: KillFigures;
  brokenStreams?: BrokenStreamFigures;
  /** Legs that it did not stand, with what was said. */
  readonly failures: Record<string, string>;
}

export interface PeerFigures extends CorrectnessFigures {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly duties: Duties;
  memory?: MemoryFigures;
  /** Of as many streams as the target names. */
  manyStreams?: MemoryFigures;
  /** Beyond its capacity. */
  overload?: OverloadFigures;
  /** What is right or wrong with two workers, where it has some. */
  twoWorkers?: CorrectnessFigures;
}

export interface RunFigures extends Machine {
  readonly command: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly peers: readonly PeerFigures[];
  readonly notInstalled: readonly { readonly title: string; readonly reason: string }[];
  readonly legs: Readonly<Record<string, Rounds>>;
}
