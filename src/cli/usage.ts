// `tollgate usage`: what was spent, from the sums per hour; also while gateways run.
import { parseArgs } from 'node:util';
import { percentile, totalOf, usageMembers } from '../accounts/usage-sums.ts';
import { systemClock } from '../core/clock.ts';
import { formatUsd } from '../core/money.ts';
import type { Store } from '../core/store.ts';
import { hourMs, hourOf } from '../core/usage-hours.ts';
import { type UsageDimension, type UsageSum, usageDimensions } from '../core/usage-report.ts';
import { openToolStore } from '../store/open.ts';
import { type Command, UsageError } from './command.ts';
import { environmentOf } from './environment-flags.ts';
import { formatTable } from './table.ts';

const options = {
  data: { type: 'string' },
  by: { type: 'string' },
  since: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const usage: Command = {
  help: `Usage: tollgate usage [--by model|key|project|provider|hour] [--since 7d]

  --by <what>         model (default), key, project, provider or hour
  --since <span>      12h, 7d, or a day in UTC such as 2026-11-01 (default 30d), widened to a whole hour
  --data <folder>     data folder (TOLLGATE_DATA)
  --json              print JSON

A request counts in the hour in which it began, once it is over.`,

  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length > 0) throw new UsageError(`\`${positionals[0]}\` is one argument too many.`);
    const by = dimensionOf(values.by ?? 'model');
    const now = systemClock.now();
    const from = hourOf(sinceOf(values.since ?? '30d', now));
    const environment = environmentOf({ data: values.data });
    await using store = await openToolStore(environment, { clock: systemClock });
    const sums = await store.admin.usageReader.usage({
      from,
      to: hourOf(now) + hourMs,
      groupBy: [by],
      histograms: true,
    });
    const sorted = [...sums].sort((a, b) =>
      by === 'hour' ? Number(a.group.hour) - Number(b.group.hour) : a.cost < b.cost ? 1 : -1,
    );
    const names = await namesOf(store, by, sorted);
    if (values.json) print(sorted, by, names);
    else process.stdout.write(tableOf(sorted, by, names, from));
    return 0;
  },
};

function dimensionOf(name: string): UsageDimension {
  const found = usageDimensions.find((dimension) => dimension === name);
  if (!found) throw new UsageError(`--by is one of ${usageDimensions.join(', ')}.`);
  return found;
}

function sinceOf(text: string, now: number): number {
  const [, amount, unit] = /^(\d{1,5})([hd])$/.exec(text) ?? [];
  if (amount !== undefined) return now - Number(amount) * (unit === 'd' ? 24 * hourMs : hourMs);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(day) || day > now) {
    throw new UsageError('--since takes a span like 7d or 12h, or a day that has begun, like 2026-11-01.');
  }
  return day;
}

/** Ids say nothing to people. */
async function namesOf(
  store: Store,
  by: UsageDimension,
  sums: readonly UsageSum[],
): Promise<ReadonlyMap<string, string>> {
  const reader = store.admin.accountReader;
  const find =
    by === 'key'
      ? (id: string) => reader.key(id)
      : by === 'project'
        ? (id: string) => reader.project(id)
        : undefined;
  const names = new Map<string, string>();
  if (!find) return names;
  for (const { group } of sums) {
    const id = String(group[by]);
    const name = (await find(id))?.name;
    if (name !== undefined) names.set(id, name);
  }
  return names;
}

function tableOf(
  sums: readonly UsageSum[],
  by: UsageDimension,
  names: ReadonlyMap<string, string>,
  from: number,
): string {
  if (sums.length === 0) return `Nothing was used since ${new Date(from).toISOString()}.\n`;
  const header = [by.toUpperCase(), 'COST', 'REQUESTS', 'ERRORS', 'INPUT', 'OUTPUT', 'P50', 'P95'];
  const rows = sums.map((sum) => cells(labelOf(sum, by, names), sum));
  return formatTable(header, [...rows, cells('total', totalOf(sums))]);
}

function labelOf({ group }: UsageSum, by: UsageDimension, names: ReadonlyMap<string, string>): string {
  const value = group[by];
  if (by === 'hour') return new Date(Number(value)).toISOString().slice(0, 16).replace('T', ' ');
  return names.get(String(value)) ?? String(value);
}

function cells(label: string, sum: UsageSum): string[] {
  const ms = (share: number) => {
    const found = percentile(sum.duration, share);
    return found === undefined ? '' : `${found} ms`;
  };
  return [
    label,
    `$${formatUsd(sum.cost)}`,
    ...[sum.requests, sum.errors, sum.input, sum.output].map((count) => count.toLocaleString('en-US')),
    ms(0.5),
    ms(0.95),
  ];
}

function print(sums: readonly UsageSum[], by: UsageDimension, names: ReadonlyMap<string, string>): void {
  const rows = sums.map((sum) => {
    const value = sum.group[by];
    const name = names.get(String(value));
    return {
      [by]: by === 'hour' ? new Date(Number(value)).toISOString() : value,
      ...(name === undefined ? {} : { name }),
      ...usageMembers(sum),
    };
  });
  process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
}
