// A child process that holds and settles as fast as it can and writes down what was acknowledged: `h <id>` once a
// hold is committed, `s <id>` once a settle is. The crash test kills it. Arguments: data folder, round.
import { writeSync } from 'node:fs';
import { systemClock } from '../../src/core/clock.ts';
import { openSqliteGatewayStore } from '../../src/store/sqlite/open.ts';
import { holdEntry, settlement, worth } from './entries.ts';

const [folder = '', round = ''] = process.argv.slice(2);
const store = await openSqliteGatewayStore({
  folder,
  clock: systemClock,
  report: (problem) => {
    throw new Error(JSON.stringify(problem));
  },
});

/** Synchronous, so that an acknowledgement is out before the next instruction can be the last. */
function tell(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      // The reader is behind and the pipe is full.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

tell(`recovered ${store.recovered}`);

async function client(name: number): Promise<never> {
  for (let count = 0; ; count++) {
    const id = `${round}-${name}-${count}`;
    await store.ledgerWriter.hold(holdEntry(id, { worst: worth(1_000n) }));
    tell(`h ${id}`);
    // Every third request is never settled: it is under way when the process dies.
    if (count % 3 === 2) continue;
    await store.ledgerWriter.settle(settlement(id, { cost: BigInt(count) }));
    tell(`s ${id} ${count}`);
  }
}

await Promise.all(Array.from({ length: 20 }, (_, name) => client(name)));
