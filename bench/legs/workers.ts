// One worker on one core, two workers on two: what the second core brings. Where the machine has no third core, clients and mock
// upstream run on the second one too, and what they take of it is told, so that it can be taken into account.
import type { Entry, Field } from '../field.ts';
import { pause } from '../field.ts';
import type { ClosedJob } from '../load/jobs.ts';
import { cpuMicrosBetween, ownThreads, readCpu } from '../process-tree.ts';
import type { Place } from '../spawn.ts';
import type { Leg, Sample } from './leg.ts';

/** The two that are compared: their names in the figures, and where they run. */
export const alternatives: readonly {
  readonly name: 'one' | 'two';
  readonly workers: number;
  readonly place: Place;
}[] = [
  { name: 'one', workers: 1, place: 'first' },
  { name: 'two', workers: 2, place: 'firstTwo' },
];

/** Enough that no worker waits for its clients. */
const concurrency = 64;

/** Entries' names are those of `alternatives`. */
export function workersLeg(seconds: number): Leg {
  return { name: 'workers', measure: (entry, field) => measure(entry, field, seconds) };
}

async function measure({ peer }: Entry, field: Field, seconds: number): Promise<Sample> {
  const job: ClosedJob = {
    kind: 'closed',
    target: peer.target,
    mode: 'now',
    stream: false,
    id: 'workers',
    concurrency,
    seconds,
  };
  const before = { gateway: readCpu(peer.pid), mock: readCpu(field.upstreamPid) };
  const result = await field.load.run(job);
  const mock = cpuMicrosBetween(before.mock, readCpu(field.upstreamPid));
  // With what it has left to do.
  await pause(100);
  const after = readCpu(peer.pid);
  const gateway = cpuMicrosBetween(before.gateway, after);
  const root = cpuMicrosBetween(ownThreads(before.gateway, peer.pid), ownThreads(after, peer.pid));
  const perRequest = (micros: number) => micros / result.answered;
  const cores = (micros: number) => micros / result.seconds / 1e6;
  return {
    perSecond: result.answered / result.seconds,
    micros: perRequest(gateway),
    /** Of the process that was started: all of it with one worker, with more the one that writes the ledger. */
    rootMicros: perRequest(root),
    busy: cores(gateway),
    aroundMicros: perRequest(mock + result.ownMicros),
    around: cores(mock + result.ownMicros),
    p99: result.latency.p99,
  };
}
