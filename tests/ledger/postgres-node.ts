// A node in a process of its own, to be paused and killed. Run: `hold` reserves three rows of 1,000 nano-USD, one of them
// with a checkpoint of 250; then each line on standard input is one thing to do. Imports no test runner.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src/core/clock.ts';
import { openPostgresGatewayStore } from '../../src/store/postgres/open.ts';
import { holdEntry, settlement, worth } from './entries.ts';

export interface BusyNode extends AsyncDisposable {
  readonly process: ChildProcess;
  /** Resolves when it has said this line, once for each time. */
  said(line: string): Promise<void>;
}

export async function busyNode(url: string, folder: string, task: string): Promise<BusyNode> {
  const child = spawn(process.execPath, [new URL(import.meta.url).pathname, url, folder, task], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    process: child,
    async said(line) {
      for (;;) {
        const { value, done } = await lines.next();
        if (value === line) return;
        if (done) throw new Error(`the node ended without saying ${line}`);
      }
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function run(url: string, folder: string): Promise<void> {
  const store = await openPostgresGatewayStore({
    url,
    folder,
    clock: systemClock,
    report: () => {},
    statementMs: 20_000,
    times: { beatMs: 100, silentMs: 2_000 },
  });
  const { ledgerWriter } = store;
  const hold = (id: string, cost = 1_000n) => ledgerWriter.hold(holdEntry(id, { worst: worth(cost) }));
  await Promise.all(['with-checkpoint', 'without', 'released'].map((id) => hold(id)));
  ledgerWriter.checkpoint({
    id: 'with-checkpoint',
    usage: { input: 10, output: 5 },
    usageSource: 'estimated',
    cost: 250n,
    at: 1,
  });
  // In the order of the batches: when this is committed, so is the checkpoint.
  await ledgerWriter.settle(settlement('nobody'));
  console.log('ready');
  const close = () => void store[Symbol.asyncDispose]().then(() => process.exit(0));
  process.once('SIGTERM', close);
  for await (const line of createInterface(process.stdin)) {
    if (line === 'settle') {
      await ledgerWriter.settle(settlement('with-checkpoint', { cost: 700n }));
      await ledgerWriter.settle(settlement('without', { cost: 700n }));
      await ledgerWriter.settle(settlement('released', { state: 'released', cost: 0n }));
      console.log('settled');
    } else if (line === 'hold-again') {
      await hold('again', 100n);
      console.log('held');
    }
  }
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const [url = '', folder = ''] = process.argv.slice(2);
  await run(url, folder);
}
