// `node bench/soak.ts --minutes 60`: mixed load with clients that leave and upstreams that break off. Prints what grew and whether the
// books are exact; ends with 1 where they are not, or where something leaked. Linux only: it reads /proc.
import { parseArgs } from 'node:util';
import { runSoak } from './soak/run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    clients: { type: 'string', default: '48' },
    /** TOLLGATE_WORKERS; otherwise as many as the gateway takes by itself. */
    workers: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const clients = Number(values.clients);
const workers = values.workers === undefined ? undefined : Number(values.workers);
if (!(minutes > 0) || !(clients > 0)) throw new Error('--minutes and --clients are numbers above 0');

/** Of an hour's growth, what is noise: fragments, caches, statistics of the engine. */
const mostPerMinute = 256 * 1024;
const spareDescriptors = 4;

const figures = await runSoak({ seconds: minutes * 60, clients, workers });
const { seen, books, reached, descriptors, residentPerMinute, resident } = figures;
const mebibytes = (bytes = Number.NaN) => `${(bytes / 1_048_576).toFixed(1)} MiB`;
console.log(
  `${seen.asked} requests: ${seen.answered} answered, ${seen.aborted} left by their clients, ${seen.failed} broken off`,
);
console.log(`${reached} at the upstream; the ledger: ${JSON.stringify(books)}`);
console.log(
  `resident: ${mebibytes(resident[0]?.value)} at first, ${mebibytes(resident.at(-1)?.value)} at last, ${mebibytes(residentPerMinute)} a minute`,
);
console.log(
  `descriptors: ${descriptors.before} before, ${descriptors.most} at the most, ${descriptors.after} after`,
);
const problems = [...figures.problems];
if (descriptors.after > descriptors.before + spareDescriptors) problems.push('descriptors are left open');
// Shorter ones are all warm-up.
if (minutes >= 10 && residentPerMinute > mostPerMinute) problems.push('memory grows');
for (const problem of problems) console.error(`WRONG: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
