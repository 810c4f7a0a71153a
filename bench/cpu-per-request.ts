// CPU per request through the gateway and through the bare relay, in turns A B A B, each in its own process against
// the same upstream. Plain answers back to back, and streams at the pace of a model.
import { apiKey, countLedger, type Folder, type LedgerCount, makeFolder, startGateway } from './gateway.ts';
import { type Load, startLoad } from './load-client.ts';
import { cpuMicros, threadCpuMicros } from './process-usage.ts';
import { type Started, start } from './spawn.ts';
import { ratios, type Spread, spread } from './statistics.ts';

export interface CpuPlan {
  readonly rounds: number;
  readonly requests: number;
  readonly streamRounds: number;
  readonly slowRequests: number;
  readonly streams: number;
  readonly concurrency: number;
}

export interface Compared {
  /** Microseconds of user and system time, all threads. */
  readonly gateway: Spread;
  readonly relay: Spread;
  readonly ratio: Spread;
}

export interface CpuFigures {
  readonly plain: Compared;
  /** The same requests, but the upstream takes 20 ms: both run at the same rate, which neither is driven to the limit of. */
  readonly sameRate: Compared;
  readonly perStream: Compared;
  /** Microseconds per plain request by kind of thread; `tollgate-store` is the ledger's worker. */
  readonly threads: { readonly gateway: ThreadShares; readonly relay: ThreadShares };
  readonly requestsPerSecond: { readonly gateway: Spread; readonly relay: Spread };
  /** Share of one core each kept busy: a process that waits costs more per request than one that never does. */
  readonly busy: { readonly gateway: Spread; readonly relay: Spread };
  readonly ledger: LedgerCount & { readonly expected: number };
}

type ThreadShares = Readonly<Record<string, number>>;

interface Round {
  readonly micros: number;
  readonly perSecond: number;
  readonly busy: number;
}

export async function measureCpu(plan: CpuPlan): Promise<CpuFigures> {
  using folder = makeFolder();
  const figures = await withProcesses(folder, async (gateway, relay, load) => {
    const warmUp = { rounds: 2, requests: 15_000 };
    await alternate(gateway, relay, load, { ...plan, ...warmUp, stream: false });
    const shares = [gateway, relay].map(({ pid }) => startShares(pid, plan.rounds * plan.requests));
    const plain = await alternate(gateway, relay, load, { ...plan, stream: false });
    const [gatewayThreads = {}, relayThreads = {}] = shares.map((end) => end());
    const slow = {
      ...plan,
      requests: plan.slowRequests,
      rounds: plan.streamRounds,
      stream: false,
      thoughtful: true,
    };
    const sameRate = await alternate(gateway, relay, load, slow);
    const streaming = { ...plan, requests: plan.streams, stream: true };
    await alternate(gateway, relay, load, { ...streaming, rounds: 1 });
    const streams = await alternate(gateway, relay, load, { ...streaming, rounds: plan.streamRounds });
    return {
      plain: compare(plain),
      sameRate: compare(sameRate),
      perStream: compare(streams),
      threads: { gateway: gatewayThreads, relay: relayThreads },
      requestsPerSecond: both(plain, (round) => round.perSecond),
      busy: both(plain, (round) => round.busy),
      expected:
        warmUp.rounds * warmUp.requests +
        plan.rounds * plan.requests +
        plan.streamRounds * plan.slowRequests +
        (1 + plan.streamRounds) * plan.streams,
    };
  });
  const { expected, ...rest } = figures;
  const ledger = { ...countLedger(folder.path), expected };
  if (ledger.rows !== expected || ledger.settled !== expected) {
    throw new Error(
      `the ledger has ${ledger.rows} rows, ${ledger.settled} settled, for ${expected} requests`,
    );
  }
  return { ...rest, ledger };
}

/** The mock upstream with the gateway and the relay in front of it, and the clients; all ended before it returns. */
export async function withProcesses<T>(
  folder: Folder,
  use: (gateway: Started, relay: Started, load: Load, mock: Started) => Promise<T>,
): Promise<T> {
  await using mock = await start({ args: ['bench/mock-upstream.ts'], place: 'around', until: listening });
  await using relay = await start({
    args: ['bench/bare-relay.ts', mock.found],
    place: 'measured',
    until: listening,
  });
  await using gateway = await startGateway({ dataFolder: folder.path, upstream: mock.found });
  await using load = startLoad();
  return await use(gateway, relay, load, mock);
}

const listening = /listens on (http:\S+)/;

interface Rounds {
  readonly gateway: readonly Round[];
  readonly relay: readonly Round[];
}

async function alternate(
  gateway: Started,
  relay: Started,
  load: Load,
  plan: { rounds: number; requests: number; concurrency: number; stream: boolean; thoughtful?: boolean },
): Promise<Rounds> {
  const rounds = { gateway: [] as Round[], relay: [] as Round[] };
  const { concurrency, requests, stream, thoughtful = false } = plan;
  for (let index = 0; index < plan.rounds; index++) {
    for (const [name, target] of [['gateway', gateway] as const, ['relay', relay] as const]) {
      const before = cpuMicros(target.pid);
      const { seconds } = await load.run({
        url: target.found,
        apiKey,
        concurrency,
        requests,
        stream,
        thoughtful,
      });
      await settling();
      const used = cpuMicros(target.pid) - before;
      const busy = used / seconds / 1e6;
      rounds[name].push({ micros: used / requests, perSecond: requests / seconds, busy });
    }
  }
  return rounds;
}

/** The last rows are written after their answers: that work belongs to the round, too. */
function settling(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}

function compare({ gateway, relay }: Rounds): Compared {
  const of = (rounds: readonly Round[]) => rounds.map((round) => round.micros);
  return {
    gateway: spread(of(gateway)),
    relay: spread(of(relay)),
    ratio: ratios(of(gateway), of(relay)),
  };
}

function both({ gateway, relay }: Rounds, read: (round: Round) => number) {
  return { gateway: spread(gateway.map(read)), relay: spread(relay.map(read)) };
}

/** Begins to count; the function it returns tells what each kind of thread used since, per request. */
function startShares(pid: number, requests: number): () => ThreadShares {
  const before = threadCpuMicros(pid);
  return () => {
    const used = [...threadCpuMicros(pid)].map(
      ([name, micros]) => [name, (micros - (before.get(name) ?? 0)) / requests] as const,
    );
    return Object.fromEntries(used.filter(([, micros]) => micros > 0));
  };
}
