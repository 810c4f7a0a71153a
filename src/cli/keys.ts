// `tollgate keys`: makes, lists, changes and revokes API keys, also while gateways run on the same store.
import { parseArgs } from 'node:util';
import { type AccountKeys, createAccountKeys, type SecretOnce } from '../accounts/account-keys.ts';
import { maskApiKey } from '../accounts/api-key.ts';
import { type AuditSource, createAuditSource } from '../accounts/audit-facts.ts';
import { createProjects, type Projects } from '../accounts/projects.ts';
import { parseDuration } from '../config/units.ts';
import type { KeyActivity } from '../core/accounts.ts';
import { createIdSource, systemClock } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import { isIpRange } from '../core/ip-ranges.ts';
import type { Store, StoredKey } from '../core/store.ts';
import { openToolStore } from '../store/open.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { environmentOf } from './environment-flags.ts';
import { printKeys } from './keys/list.ts';
import { paint } from './paint.ts';

const options = {
  data: { type: 'string' },
  project: { type: 'string' },
  models: { type: 'string' },
  expires: { type: 'string' },
  ips: { type: 'string' },
  overlap: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const actions = ['create', 'list', 'rotate', 'disable', 'enable', 'revoke'] as const;
type Action = (typeof actions)[number];

export const keys: Command = {
  help: `Usage: tollgate keys create [name] [--project <name>] [--models a,b] [--expires 30d|2027-01-31]
                            [--ips 10.0.0.0/8,::1]
       tollgate keys list
       tollgate keys rotate <key> [--overlap 24h]
       tollgate keys disable|enable|revoke <key>

  <key>             its id, name or preview
  --ips <ranges>    addresses it may be used from
  --overlap <span>  how long the old secret of a rotated key works on (24h); 0 ends it, and every earlier one
  --data <folder>   data folder (TOLLGATE_DATA)
  --json            print JSON

A key is shown once, when it is made or rotated; only its SHA-256 is stored. Disabling and revoking are effective for the
next request, also of gateways that are running on the same store. A rotated key keeps its limits and its history.`,

  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [action, subject, ...more] = positionals;
    if (more.length > 0) throw new UsageError(`\`${more[0]}\` is one argument too many.`);
    if (!isAction(action)) {
      throw new UsageError(
        action ? `there is no action \`${action}\`.` : 'say create, list, rotate, disable, enable or revoke.',
      );
    }
    if (action === 'list' && subject !== undefined)
      throw new UsageError(`\`${subject}\` is one argument too many.`);
    if (action === 'create') requirePlainName(subject ?? 'unnamed');
    const expiresAt = values.expires === undefined ? undefined : expiryOf(values.expires, systemClock.now());
    const overlapMs = overlapOf(values.overlap ?? '24h');
    const environment = environmentOf({ data: values.data });
    await using store = await openToolStore(environment, { clock: systemClock });
    if (action === 'list') return await list(store, values.json === true);
    const tools = toolsOf(store);
    try {
      if (action === 'create') return await create(tools, subject ?? 'unnamed', { ...values, expiresAt });
      if (subject === undefined) throw new UsageError('say which key: its id, name or preview.');
      if (action === 'rotate') return await rotate(tools, subject, overlapMs, values.json === true);
      return await change(tools, action, subject, values.json === true);
    } catch (error) {
      throw error instanceof TollgateError ? new CommandError(error.message) : error;
    }
  },
};

function isAction(text: string | undefined): text is Action {
  return text !== undefined && (actions as readonly string[]).includes(text);
}

interface Tools {
  readonly store: Store;
  readonly projects: Projects;
  readonly keys: AccountKeys;
  readonly audit: AuditSource;
}

function toolsOf(store: Store): Tools {
  const accounts = { reader: store.admin.accountReader, writer: store.admin.accountWriter };
  const projects = createProjects(accounts, systemClock);
  return {
    store,
    projects,
    keys: createAccountKeys(accounts, projects, systemClock),
    audit: createAuditSource('cli', systemClock, createIdSource('aud_', systemClock)),
  };
}

interface CreateOptions {
  readonly project?: string | undefined;
  readonly models?: string | undefined;
  readonly ips?: string | undefined;
  readonly expiresAt: number | undefined;
  readonly json?: boolean | undefined;
}

/** A project that does not exist is made. */
async function create(tools: Tools, name: string, wishes: CreateOptions): Promise<number> {
  const { store, projects, keys: accountKeys, audit } = tools;
  const project = wishes.project ?? 'default';
  if (!(await store.admin.accountReader.project(project))) await projects.create({ name: project }, audit);
  const allowedIps = listOf(wishes.ips);
  const wrong = allowedIps?.find((text) => !isIpRange(text));
  if (wrong !== undefined) {
    throw new UsageError(`\`${wrong}\` is no address and no range of addresses, such as 10.0.0.0/8.`);
  }
  const request = { name, project, models: listOf(wishes.models), allowedIps, expiresAt: wishes.expiresAt };
  const made = await accountKeys.create(request, audit);
  tellSecret(
    made,
    wishes.json === true,
    `Key \`${name}\` (${made.key.id}) in project \`${made.key.projectName}\`.`,
  );
  return 0;
}

function listOf(text: string | undefined): string[] | undefined {
  const found = (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  return found.length > 0 ? found : undefined;
}

function tellSecret({ key, secret }: SecretOnce, json: boolean, sentence: string): void {
  if (json) {
    const shownKey = { id: key.id, name: key.name, project: key.projectName, key: secret };
    process.stdout.write(`${JSON.stringify(shownKey)}\n`);
    return;
  }
  process.stdout.write(`${paint('bold', secret)}\n`);
  process.stderr.write(`${sentence} It is shown only now.\n`);
}

async function list(store: Store, json: boolean): Promise<number> {
  const found: StoredKey[] = [];
  const activity = new Map<string, KeyActivity>();
  const reader = store.admin.accountReader;
  const now = systemClock.now();
  const month = new Date(now);
  const since = Date.UTC(month.getUTCFullYear(), month.getUTCMonth());
  let cursor: string | undefined;
  do {
    const page = await reader.keys({}, { limit: 200, ...(cursor === undefined ? {} : { cursor }) }, now);
    found.push(...page.items);
    const ids = page.items.map(({ id }) => id);
    for (const [id, facts] of await reader.activity(ids, since)) activity.set(id, facts);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  printKeys(found, activity, now, json);
  return 0;
}

async function rotate(tools: Tools, reference: string, overlapMs: number, json: boolean): Promise<number> {
  const { id, name } = await keyFor(tools.store, reference);
  const rotated = await tools.keys.rotate(id, overlapMs, undefined, tools.audit);
  const old =
    overlapMs === 0
      ? 'The old secret has ended.'
      : `The old secret works until ${new Date(systemClock.now() + overlapMs).toISOString()}.`;
  tellSecret(rotated, json, `The new secret of \`${name}\` (${id}). ${old}`);
  return 0;
}

async function change(
  tools: Tools,
  action: 'disable' | 'enable' | 'revoke',
  reference: string,
  json: boolean,
): Promise<number> {
  const before = await keyFor(tools.store, reference);
  const { id } = before;
  const after =
    action === 'revoke'
      ? await tools.keys.revoke(id, undefined, tools.audit)
      : await tools.keys.update(id, { disabled: action === 'disable' }, undefined, tools.audit);
  if (json) {
    process.stdout.write(`${JSON.stringify({ id, name: after.name, status: after.status })}\n`);
  } else if (before.status === 'revoked') {
    process.stdout.write(`\`${before.name}\` (${id}) was revoked before.\n`);
  } else {
    const done = { disable: 'Disabled', enable: 'Enabled', revoke: 'Revoked' }[action];
    process.stdout.write(`${done} \`${after.name}\` (${id}, ${after.preview}).\n`);
  }
  return 0;
}

/** Of several that fit, the one that is not revoked. */
async function keyFor(store: Store, reference: string): Promise<StoredKey> {
  const matches = await store.keyReader.keysMatching(reference);
  const live = matches.filter(({ status }) => status !== 'revoked');
  const [first = matches[0], second] = live;
  if (!first) {
    throw new CommandError(
      `no key has the id, name or preview \`${shown(reference)}\`. \`tollgate keys list\` shows them.`,
    );
  }
  if (second) {
    throw new CommandError(
      `\`${reference}\` fits ${live.length} keys; say which by its id: ${live.map((key) => key.id).join(', ')}.`,
    );
  }
  return first;
}

function overlapOf(text: string): number {
  const days = /^(\d{1,2})d$/.exec(text)?.[1];
  const span = text === '0' ? 0 : days === undefined ? parseDuration(text) : Number(days) * 86_400_000;
  if (span !== undefined && span <= 90 * 86_400_000) return span;
  throw new UsageError('--overlap takes a span like 30m, 24h or 7d, up to 90d, or 0.');
}

/** What may be a whole key is not printed back. */
function shown(reference: string): string {
  return reference.startsWith('sk-') ? maskApiKey(reference) : reference;
}

/** Names go to terminals and tables. */
function requirePlainName(name: string): void {
  if (/^[^\p{C}]{1,100}$/u.test(name) && name.trim() !== '') return;
  throw new UsageError('a name has 1 to 100 characters, without line breaks and control characters.');
}

/** `30d`, `12h`, or a date; a date means its end in UTC. */
function expiryOf(text: string, now: number): number {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  const span = days === undefined ? parseDuration(text) : Number(days) * 86_400_000;
  if (span !== undefined && span > 0) return now + span;
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T23:59:59.999Z`) : Date.parse(text);
  if (Number.isNaN(date))
    throw new UsageError('--expires takes a span like 30d or 12h, or a date like 2027-01-31.');
  if (date <= now) throw new UsageError('--expires lies in the past.');
  return date;
}
