// Several files of figures as one run: half an hour need not be had in one piece. What was measured again replaces what was
// measured before.
import { readFileSync } from 'node:fs';
import type { PeerFigures, RunFigures } from './figures.ts';

/** Throws where the runs are of different versions, which would be no run. */
export function joinRuns(paths: readonly string[]): RunFigures {
  const [first, ...others] = paths.map((path) => JSON.parse(readFileSync(path, 'utf8')) as RunFigures);
  if (!first) throw new Error('No file of figures is named.');
  return others.reduce(join, first);
}

function join(run: RunFigures, next: RunFigures): RunFigures {
  if (run.tollgate !== next.tollgate || run.node !== next.node) {
    throw new Error(
      `Runs of ${run.tollgate} (Node ${run.node}) and ${next.tollgate} (Node ${next.node}) cannot be joined.`,
    );
  }
  const known = new Set(run.peers.map(({ name }) => name));
  return {
    ...run,
    seconds: run.seconds + next.seconds,
    peers: [
      ...run.peers.map((peer) => joinPeer(peer, next)),
      ...next.peers.filter(({ name }) => !known.has(name)),
    ],
    legs: { ...run.legs, ...next.legs },
  };
}

function joinPeer(peer: PeerFigures, { peers }: RunFigures): PeerFigures {
  const again = peers.find(({ name }) => name === peer.name);
  return again ? { ...peer, ...again, failures: { ...peer.failures, ...again.failures } } : peer;
}
