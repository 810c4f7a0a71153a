// `tollgate ledger`: proves the books, and exports their rows. Reads one moment of the ledger, also beside a gateway that
// runs.
import { parseArgs } from 'node:util';
import { systemClock } from '../core/clock.ts';
import { describeStore, mayHaveStore } from '../store/open.ts';
import { openLedgerSnapshot } from '../store/open-snapshot.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { environmentOf } from './environment-flags.ts';
import { exportLedger, exportOptionsOf } from './ledger/export.ts';
import { verify } from './ledger/verify.ts';

const options = {
  data: { type: 'string' },
  json: { type: 'boolean' },
  format: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  key: { type: 'string' },
  model: { type: 'string' },
  project: { type: 'string' },
} as const;

const onlyExport = ['format', 'from', 'to', 'key', 'model', 'project'] as const;

export const ledger: Command = {
  help: `Usage: tollgate ledger verify [--json]
       tollgate ledger export --format csv|jsonl [--from 2026-11-01] [--to 2026-12-01]
                              [--key <id>] [--model <name>] [--project <id>]

  verify            recomputes what every row costs from its own price and usage, and proves that every counter of a
                    limit and every sum per hour is the sum of its rows; exit code 1 when something differs
  export            writes the rows to stdout, oldest first; money as decimal USD and as nano-USD
  --from, --to      requests that began at or after, and before: a day in UTC, or a moment (2026-11-01T12:00:00Z)
  --data <folder>   data folder (TOLLGATE_DATA)
  --json            print the result of verify as JSON

Both read the ledger as it is at one moment, and work while gateways run on it.`,

  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [action, ...more] = positionals;
    if (more.length > 0) throw new UsageError(`\`${more[0]}\` is one argument too many.`);
    if (action !== 'verify' && action !== 'export') {
      throw new UsageError(action ? `there is no action \`${action}\`.` : 'say verify or export.');
    }
    const foreign =
      action === 'verify' ? onlyExport.find((name) => values[name] !== undefined) : values.json && 'json';
    if (foreign) throw new UsageError(`--${foreign} is not for ${action}.`);
    const wanted = action === 'export' ? exportOptionsOf(values) : undefined;
    const environment = environmentOf({ data: values.data });
    if (!mayHaveStore(environment)) {
      throw new CommandError(`there is no ledger in ${describeStore(environment)} yet.`);
    }
    await using snapshot = await openLedgerSnapshot(environment, { clock: systemClock });
    return wanted ? await exportLedger(snapshot, wanted) : await verify(snapshot, values.json === true);
  },
};
