// `npm run bench`: Tollgate beside the bare relay, and nginx where it can be had. `npm run bench:peers`: the other
// gateways too, which it installs first. Prints the tables; writes bench/results/<date>.json and docs/benchmarks.md with its plots.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, readArguments } from './arguments.ts';
import { measureCorrectness } from './correctness/correctness.ts';
import { type Entry, type Installed, openField, wakeAll } from './field.ts';
import type { PeerFigures, RunFigures } from './figures.ts';
import { joinRuns } from './join-runs.ts';
import { type Leg, type Rounds, runLeg } from './legs/leg.ts';
import { type MemoryFigures, type MemoryPlan, measureMemory } from './legs/memory.ts';
import { measureOverload } from './legs/overload.ts';
import { risingRates } from './legs/rates.ts';
import { fullSpeed, oneAtATime, oneRate } from './legs/requests.ts';
import { pacedStreams } from './legs/streams.ts';
import { alternatives, workersLeg } from './legs/workers.ts';
import { machine } from './machine.ts';
import { mostStreams, raiseOpenFiles } from './open-files.ts';
import { toText, writePage } from './page/write.ts';
import { checkFolder, folderOf } from './peers/install.ts';
import type { PeerKind } from './peers/peer.ts';
import { allPeers } from './peers/registry.ts';
import { type Plan, plans } from './plans.ts';
import { pinning, root } from './spawn.ts';

const wants = orEnd(() =>
  readArguments(
    process.argv.slice(2),
    allPeers.flatMap(({ name }) => (name === 'direct' ? [] : name)),
  ),
);

if (wants.from) {
  const { from } = wants;
  const earlier = orEnd(() => joinRuns(from));
  console.log(toText(earlier));
  if (wants.page) writePage(earlier);
  process.exit(0);
}
orEnd(() => checkFolder(wants.folder));

const plan = wants.quick ? plans.quick : wants.peers ? plans.peers : plans.short;
const { parts } = wants;
const begun = performance.now();
const say = (text: string) =>
  console.error(`${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${text}`);

const wanted = wants.only ?? (wants.peers ? undefined : ['tollgate', 'relay', 'nginx']);
const notInstalled: { title: string; reason: string }[] = [];
const installed: Installed[] = [];
for (const kind of allPeers) {
  if (wanted && !wanted.includes(kind.name) && kind.name !== 'direct') continue;
  try {
    say(`installing ${kind.title}`);
    installed.push({ kind, version: await kind.install(folderOf(wants.folder, kind.name)) });
  } catch (error) {
    say(`${kind.title} cannot be installed: ${(error as Error).message}`);
    notInstalled.push({ title: kind.title, reason: (error as Error).message });
  }
}

const about = machine();
const sockets = raiseOpenFiles();
await using field = await openField(wants.folder);
const peers = installed.map(({ kind, version }): PeerFigures => {
  const { name, title, duties } = kind;
  return { name, title, version, duties, failures: {} };
});
const legs: Record<string, Rounds> = {};
const lookedInto = installed.filter(({ kind }) => plan.others || kind.name === 'tollgate');
if (parts.includes('speed')) await measureSpeed(plan);
if (parts.includes('workers')) await compareWorkers(plan);
if (parts.includes('overload')) await measureTollgateOverload(plan);
if (parts.includes('memory')) await measureAllMemory(plan);
if (parts.includes('correctness')) {
  for (const one of lookedInto) await measureAllCorrectness(one);
}

const figures: RunFigures = {
  ...about,
  command: commandOf(wants),
  seconds: Math.round((performance.now() - begun) / 1000),
  rounds: plan.rounds,
  peers,
  notInstalled,
  legs,
};
const results = join(root, 'bench', 'results');
mkdirSync(results, { recursive: true });
const path = join(results, `${wants.peers ? 'peers' : 'bench'}-${figures.date.replaceAll(':', '-')}.json`);
writeFileSync(path, `${JSON.stringify(figures, undefined, 2)}\n`);
console.log(toText(figures));
say(`figures in ${path}`);
if (wants.page) writePage(figures);

/** A mistake of whoever typed the command is a sentence and no stack trace. */
function orEnd<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

function figuresOf(name: string): PeerFigures {
  const found = peers.find((peer) => peer.name === name);
  if (!found) throw new Error(name);
  return found;
}

/** All programs are up; each round of each leg takes them in turns. */
async function measureSpeed(plan: Plan): Promise<void> {
  const entries: Entry[] = [];
  try {
    for (const one of installed) {
      say(`starting ${one.kind.title}`);
      await field.enter(one).then(
        (entry) => entries.push(entry),
        (error: Error) => onFailure(one, 'start', error),
      );
    }
    const options = { rounds: plan.rounds, sofar: legs, onFailure };
    say('warming up');
    await runLeg(fullSpeed(plan.warmUpSeconds), entries, field, { ...options, rounds: 1 });
    await runLeg(pacedStreams(plan.warmUpSeconds), entries, field, { ...options, rounds: 1 });
    const inTurns: [Leg, number][] = [
      [fullSpeed(plan.requestSeconds), plan.rounds],
      [oneRate(plan.requestSeconds), plan.rounds],
      [oneAtATime(plan.latencySeconds), plan.rounds],
      [pacedStreams(plan.streamSeconds), plan.rounds],
      [risingRates(plan.rateSeconds), plan.rateRounds],
    ];
    for (const [leg, rounds] of inTurns) {
      say(`measuring ${leg.name}`);
      legs[leg.name] = await runLeg(leg, entries, field, { ...options, rounds });
    }
  } finally {
    wakeAll(entries);
    for (const entry of entries) await entry.peer[Symbol.asyncDispose]();
  }
}

async function measureAllCorrectness(one: Installed): Promise<void> {
  const { kind } = one;
  if (kind.name === 'direct') return;
  const figures = figuresOf(kind.name);
  await measureCorrectness(one, figures, field, plan, say);
  if (kind.name !== 'tollgate') return;
  figures.twoWorkers = { failures: {} };
  const two: PeerKind = {
    ...kind,
    name: 'tollgate-2',
    title: `${kind.title}, 2 workers`,
    start: (options) => kind.start({ ...options, workers: 2, place: 'firstTwo' }),
  };
  await measureCorrectness({ ...one, kind: two }, figures.twoWorkers, field, plan, say);
}

/** Tollgate with one worker and with two, in turns. */
async function compareWorkers({ rounds, requestSeconds, warmUpSeconds }: Plan): Promise<void> {
  const tollgate = installed.find(({ kind }) => kind.name === 'tollgate');
  if (!tollgate) return;
  if (!pinning) {
    return onFailure(tollgate, 'workers', new Error('one core and two need two cores, and `taskset`'));
  }
  const entries: Entry[] = [];
  const options = {
    sofar: legs,
    onFailure: (_: Entry, leg: string, error: Error) => onFailure(tollgate, leg, error),
  };
  try {
    say('measuring two workers beside one');
    for (const { name, workers, place } of alternatives) {
      const entry = await field.enter(tollgate, { workers, place });
      entries.push({ ...entry, kind: { ...tollgate.kind, name } });
    }
    await runLeg(workersLeg(warmUpSeconds), entries, field, { ...options, rounds: 1 });
    legs.workers = await runLeg(workersLeg(requestSeconds), entries, field, { ...options, rounds });
  } catch (error) {
    onFailure(tollgate, 'workers', error as Error);
  } finally {
    wakeAll(entries);
    for (const entry of entries) await entry.peer[Symbol.asyncDispose]();
  }
}

async function measureTollgateOverload({ overload }: Plan): Promise<void> {
  const tollgate = installed.find(({ kind }) => kind.name === 'tollgate');
  if (!tollgate) return;
  say('measuring overload');
  let entry: Entry | undefined;
  try {
    entry = await field.enter(tollgate);
    figuresOf('tollgate').overload = await measureOverload(entry, field, overload);
  } catch (error) {
    onFailure(tollgate, 'overload', error as Error);
  } finally {
    await entry?.peer[Symbol.asyncDispose]();
  }
}

function onFailure({ kind }: Installed, leg: string, error: Error): void {
  say(`${kind.title} fails ${leg}: ${error.message}`);
  figuresOf(kind.name).failures[leg] = error.message.slice(0, 300);
}

async function measureAllMemory({ memory, manyStreams }: Plan): Promise<void> {
  for (const one of lookedInto) {
    const { name, title } = one.kind;
    if (name === 'direct') continue;
    say(`measuring memory of ${title}`);
    const measured = await memoryOf(one, memory);
    if (measured) figuresOf(name).memory = measured;
    if (name !== 'tollgate' || !manyStreams) continue;
    const streams = Math.min(manyStreams.streams, mostStreams(sockets, manyStreams.workers ?? 1));
    say(`measuring memory of ${title}, ${streams} streams`);
    const many = await memoryOf(one, { ...manyStreams, streams });
    if (many) figuresOf(name).manyStreams = many;
  }
}

async function memoryOf(one: Installed, plan: MemoryPlan): Promise<MemoryFigures | undefined> {
  const { workers } = plan;
  let entry: Entry | undefined;
  try {
    entry = await field.enter(one, workers === undefined ? {} : { workers, place: 'firstTwo' });
    return await measureMemory(entry, field, plan);
  } catch (error) {
    onFailure(one, 'memory', error as Error);
    return undefined;
  } finally {
    await entry?.peer[Symbol.asyncDispose]();
  }
}
