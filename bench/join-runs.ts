// Several files of figures as one run: half an hour need not be had in one piece. What was measured again replaces what was
// measured before.
import { readFileSync } from 'node:fs';
import type { PeerFigures, RunFigures } from './figures.ts';

/** Throws where the runs are of different versions or machines, which would be no run. */
export function joinRuns(paths: readonly string[]): RunFigures {
  const [first, ...others] = paths.map(readRun);
  if (!first) throw new Error('No file of figures is named.');
  return others.reduce(join, first);
}

function readRun(path: string): RunFigures {
  let run: Partial<RunFigures>;
  try {
    run = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
  if (run?.legs === undefined || run.peers === undefined || run.notInstalled === undefined) {
    throw new Error(`${path} has no figures of \`npm run bench\`.`);
  }
  return run as RunFigures;
}

/** What must be the same in two runs that are one. */
const sameIn = ['tollgate', 'node', 'undici', 'processor', 'cores', 'system', 'pinned'] as const;

function join(run: RunFigures, next: RunFigures): RunFigures {
  for (const what of sameIn) {
    if (run[what] === next[what]) continue;
    throw new Error(`Runs cannot be joined: ${what} is ${run[what]} in one and ${next[what]} in another.`);
  }
  const known = new Set(run.peers.map(({ name }) => name));
  return {
    ...run,
    seconds: run.seconds + next.seconds,
    peers: [
      ...run.peers.map((peer) => joinPeer(peer, next)),
      ...next.peers.filter(({ name }) => !known.has(name)),
    ],
    notInstalled: [
      ...run.notInstalled.filter(({ title }) => !isIn(next, title)),
      ...next.notInstalled.filter(({ title }) => !run.peers.some((peer) => peer.title === title)),
    ],
    legs: { ...run.legs, ...next.legs },
  };
}

const isIn = ({ peers, notInstalled }: RunFigures, title: string) =>
  [...peers, ...notInstalled].some((one) => one.title === title);

function joinPeer(peer: PeerFigures, { peers }: RunFigures): PeerFigures {
  const again = peers.find(({ name }) => name === peer.name);
  return again ? { ...peer, ...again, failures: { ...peer.failures, ...again.failures } } : peer;
}
