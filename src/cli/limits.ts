// `tollgate limits`: budgets and rate limits, also while gateways run on the same store.
import { parseArgs } from 'node:util';
import { createAuditSource } from '../accounts/audit-facts.ts';
import { createLimitAdmin, type LimitAdmin, type Standing } from '../accounts/limits.ts';
import type { AccountReader } from '../core/accounts.ts';
import { createIdSource, systemClock } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { StoredLimit } from '../core/limit-admin.ts';
import {
  type LimitMetric,
  type LimitScope,
  type LimitWindow,
  limitMetrics,
  limitScopes,
  limitWindows,
} from '../core/limits.ts';
import { formatUsd } from '../core/money.ts';
import type { Store } from '../core/store.ts';
import { openToolStore } from '../store/open.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { environmentOf } from './environment-flags.ts';
import { formatTable } from './table.ts';

const options = {
  data: { type: 'string' },
  json: { type: 'boolean' },
  ids: { type: 'boolean' },
  organization: { type: 'string' },
  project: { type: 'string' },
  key: { type: 'string' },
  'end-user': { type: 'string' },
  model: { type: 'string' },
  window: { type: 'string' },
  'time-zone': { type: 'string' },
} as const;

export const limits: Command = {
  help: `Usage: tollgate limits list
       tollgate limits set <metric> <amount> --window <window> --project <name>|--key <name>|…
       tollgate limits remove <id>

  <metric>            cost (in USD), tokens, requests, or concurrent (requests under way; takes no window)
  --window            lifetime, month, week, day, hour or minute
  --organization, --project, --key, --end-user, --model
                      whom it limits: an id or a name, "*" for each of them; several must all fit
  --time-zone <name>  in which its windows turn, such as Europe/Berlin (UTC)
  --data <folder>     data folder (TOLLGATE_DATA)
  --ids               list organizations, projects and keys by id instead of by name
  --json              print JSON, which has ids

  tollgate limits set cost 50 --window month --project default
  tollgate limits set requests 600 --window minute --key "*"

\`set\` changes the amount where there is a limit of that scope, metric and window. It is in force for the next request,
also of gateways that are running. Limits of tollgate.yaml are changed there.`,

  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [action, ...subjects] = positionals;
    const wanted = action === 'set' ? wishOf(subjects, values) : undefined;
    if (action !== 'list' && action !== 'set' && action !== 'remove') {
      throw new UsageError(action ? `there is no action \`${action}\`.` : 'say list, set or remove.');
    }
    const most = action === 'set' ? 2 : action === 'remove' ? 1 : 0;
    if (subjects.length > most) throw new UsageError(`\`${subjects[most]}\` is one argument too many.`);
    const [id] = subjects;
    if (action === 'remove' && id === undefined) throw new UsageError('say which limit: its id.');
    const environment = environmentOf({ data: values.data });
    await using store = await openToolStore(environment, { clock: systemClock });
    const admin = limitAdminOf(store);
    const json = values.json === true;
    try {
      if (wanted) return await set(store, admin, wanted, json);
      if (action === 'remove') return await remove(admin, id ?? '', json);
      return await list(store, admin, json, values.ids === true);
    } catch (error) {
      throw error instanceof TollgateError ? new CommandError(error.message) : error;
    }
  },
};

const auditSource = () => createAuditSource('cli', systemClock, createIdSource('aud_', systemClock));

function limitAdminOf(store: Store): LimitAdmin {
  return createLimitAdmin({
    reader: store.admin.limitReader,
    writer: store.admin.limitWriter,
    accounts: store.admin.accountReader,
    keys: store.keyReader,
    timeZone: () => 'UTC',
    clock: systemClock,
  });
}

interface Wish {
  readonly scope: LimitScope;
  readonly metric: LimitMetric;
  readonly window: LimitWindow | undefined;
  readonly amount: string;
  readonly timeZone: string | undefined;
}

function wishOf(
  [metric, amount]: readonly string[],
  values: Readonly<Record<string, string | boolean | undefined>>,
): Wish {
  if (!isOneOf(limitMetrics, metric)) {
    throw new UsageError(`say what is limited: ${limitMetrics.join(', ')}.`);
  }
  if (amount === undefined) throw new UsageError('say how much: `set cost 50`, `set requests 600`.');
  const { window } = values;
  if (window !== undefined && !isOneOf(limitWindows, window)) {
    throw new UsageError(`--window is one of ${limitWindows.join(', ')}.`);
  }
  if (window === undefined && metric !== 'concurrent') {
    throw new UsageError(`a limit of ${metric} needs --window.`);
  }
  const scope = Object.fromEntries(
    limitScopes.flatMap((kind) => {
      const value = values[kind.replace('_', '-')];
      return typeof value === 'string' ? [[kind, value]] : [];
    }),
  );
  if (Object.keys(scope).length === 0) {
    throw new UsageError('say whom it limits: --organization, --project, --key, --end-user or --model.');
  }
  const timeZone = values['time-zone'];
  return { scope, metric, window, amount, timeZone: typeof timeZone === 'string' ? timeZone : undefined };
}

function isOneOf<const T extends readonly string[]>(names: T, value: unknown): value is T[number] {
  return typeof value === 'string' && names.includes(value);
}

/** Makes the limit, or changes the amount of the one there is. */
async function set(store: Store, admin: LimitAdmin, wish: Wish, json: boolean): Promise<number> {
  const audit = auditSource();
  const limit = await admin.create(wish, audit).catch(async (error: unknown) => {
    if (!(error instanceof TollgateError) || error.code !== 'admin_conflict') throw error;
    const scope = await admin.resolveScope(wish.scope);
    const alike = (await all(store)).find(
      (each) =>
        JSON.stringify(each.scope) === JSON.stringify(scope) &&
        each.metric === wish.metric &&
        each.window === (wish.window ?? 'lifetime'),
    );
    if (!alike) throw error;
    return admin.setAmount(alike.id, wish.amount, undefined, audit);
  });
  if (json) process.stdout.write(`${JSON.stringify(facts(limit))}\n`);
  else process.stdout.write(`Limit ${limit.id}: ${describe(limit)}.\n`);
  return 0;
}

async function remove(admin: LimitAdmin, id: string, json: boolean): Promise<number> {
  const limit = await admin.find(id);
  await admin.remove(id, undefined, auditSource());
  if (json) process.stdout.write(`${JSON.stringify({ removed: id })}\n`);
  else process.stdout.write(`Removed ${id} (${describe(limit)}).\n`);
  return 0;
}

async function list(store: Store, admin: LimitAdmin, json: boolean, ids: boolean): Promise<number> {
  const found = await all(store);
  const rows: { limit: StoredLimit; standing: Standing | undefined }[] = [];
  for (const limit of found) {
    const wild = Object.values(limit.scope).includes('*');
    rows.push({ limit, standing: wild ? undefined : await admin.standing(limit, '') });
  }
  if (json) {
    const shown = rows.map(({ limit, standing }) => ({ ...facts(limit), ...standingFacts(limit, standing) }));
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  } else if (rows.length === 0) {
    process.stdout.write('There are no limits yet. `tollgate limits set` makes one.\n');
  } else {
    const header = ['ID', 'SCOPE', 'METRIC', 'WINDOW', 'AMOUNT', 'SPENT', 'HELD', 'LEFT', 'SOURCE'];
    process.stdout.write(
      formatTable(
        header,
        await Promise.all(
          rows.map(async ({ limit, standing }) => {
            const scope = ids ? limit.scope : await namedScope(limit.scope, store.admin.accountReader);
            return cells({ ...limit, scope }, standing);
          }),
        ),
      ),
    );
  }
  return 0;
}

async function all(store: Store): Promise<StoredLimit[]> {
  const found: StoredLimit[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.admin.limitReader.limits(
      {},
      { limit: 200, ...(cursor === undefined ? {} : { cursor }) },
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

function cells(limit: StoredLimit, standing: Standing | undefined): string[] {
  const show = (amount: bigint | undefined) => (amount === undefined ? 'each' : shown(limit.metric, amount));
  return [
    limit.id,
    scopeText(limit.scope),
    limit.metric,
    limit.metric === 'concurrent' ? '' : limit.window,
    shown(limit.metric, limit.amount),
    show(standing?.settled),
    show(standing?.held),
    show(standing?.remaining),
    limit.source === 'config' ? 'tollgate.yaml' : '',
  ];
}

/** Names in the place of ids, where there is one. */
async function namedScope(scope: LimitScope, accounts: AccountReader): Promise<LimitScope> {
  const { organization, project, key, ...rest } = scope;
  const find = async (id: string | undefined, read: (id: string) => Promise<{ name: string } | undefined>) =>
    id === undefined || id === '*' ? id : ((await read(id))?.name ?? id);
  const named = {
    organization: await find(organization, (id) => accounts.organization(id)),
    project: await find(project, (id) => accounts.project(id)),
    key: await find(key, (id) => accounts.key(id)),
    ...rest,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

const scopeText = (scope: LimitScope) =>
  Object.entries(scope)
    .map(([kind, value]) => `${kind}=${value}`)
    .join(' ');

function describe(limit: StoredLimit): string {
  const window = limit.metric === 'concurrent' ? '' : ` per ${limit.window}`;
  const amount = limit.metric === 'cost' ? shown('cost', limit.amount) : `${limit.amount} ${limit.metric}`;
  return `${amount}${window} for ${scopeText(limit.scope)}`;
}

function shown(metric: LimitMetric, amount: bigint): string {
  return metric === 'cost' ? `$${formatUsd(amount)}` : String(amount);
}

/** As the admin API has it. */
function facts(limit: StoredLimit) {
  const { id, scope, metric, window, source } = limit;
  return {
    id,
    scope,
    metric,
    window,
    amount: jsonAmount(metric, limit.amount),
    time_zone: limit.timeZone,
    source,
  };
}

function standingFacts({ metric }: StoredLimit, standing: Standing | undefined) {
  if (!standing) return {};
  return {
    settled: jsonAmount(metric, standing.settled),
    held: jsonAmount(metric, standing.held),
    remaining: jsonAmount(metric, standing.remaining),
  };
}

function jsonAmount(metric: LimitMetric, amount: bigint): string | number {
  return metric === 'cost' ? formatUsd(amount) : Number(amount);
}
