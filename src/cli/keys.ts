// `tollgate keys`: makes, lists and revokes API keys in the data folder, also while the gateway runs on it.
import { parseArgs } from 'node:util';
import { maskApiKey } from '../accounts/api-key.ts';
import { createKeyLister, createKeyWriter, type Revocation } from '../accounts/key-admin.ts';
import { parseDuration } from '../config/units.ts';
import { systemClock } from '../core/clock.ts';
import type { Store, StoredKey } from '../core/store.ts';
import { openToolStore } from '../store/open.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { environmentOf } from './environment-flags.ts';
import { paint } from './paint.ts';
import { formatTable } from './table.ts';

const options = {
  data: { type: 'string' },
  project: { type: 'string' },
  models: { type: 'string' },
  expires: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const keys: Command = {
  help: `Usage: tollgate keys create [name] [--project <name>] [--models a,b] [--expires 30d|2027-01-31]
       tollgate keys list
       tollgate keys revoke <id, name or preview>

  --data <folder>   data folder (TOLLGATE_DATA)
  --json            print JSON

A key is shown once, when it is made; only its SHA-256 is stored. A revocation is effective for the next request,
also of a gateway that is running on the same data folder.`,

  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [action, subject, ...more] = positionals;
    if (more.length > 0) throw new UsageError(`\`${more[0]}\` is one argument too many.`);
    if (action !== 'create' && action !== 'list' && action !== 'revoke') {
      throw new UsageError(action ? `there is no action \`${action}\`.` : 'say create, list or revoke.');
    }
    if (action === 'list' && subject !== undefined)
      throw new UsageError(`\`${subject}\` is one argument too many.`);
    if (action === 'create') requirePlainName(subject ?? 'unnamed');
    const expiresAt = values.expires === undefined ? undefined : expiryOf(values.expires, systemClock.now());
    const environment = environmentOf({ data: values.data });
    await using store = await openToolStore(environment, { clock: systemClock });
    if (action === 'create') return await create(store, subject ?? 'unnamed', { ...values, expiresAt });
    if (action === 'list') return await list(store, values.json === true);
    if (subject === undefined) throw new UsageError('say which key: its id, name or preview.');
    return await revoke(store, subject);
  },
};

interface CreateOptions {
  readonly project?: string | undefined;
  readonly models?: string | undefined;
  readonly expiresAt: number | undefined;
  readonly json?: boolean | undefined;
}

async function create(store: Store, name: string, options: CreateOptions): Promise<number> {
  const writer = createKeyWriter({ reader: store.keyReader, writer: store.keyWriter }, systemClock);
  const models = options.models
    ?.split(',')
    .map((model) => model.trim())
    .filter((model) => model !== '');
  const { key, plaintext } = await writer.create({
    name,
    ...(options.project === undefined ? {} : { project: options.project }),
    ...(models && models.length > 0 ? { models } : {}),
    ...(options.expiresAt === undefined ? {} : { expiresAt: options.expiresAt }),
  });
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ id: key.id, name, project: key.projectName, key: plaintext })}\n`,
    );
  } else {
    process.stdout.write(`${paint('bold', plaintext)}\n`);
    process.stderr.write(
      `Key \`${name}\` (${key.id}) in project \`${key.projectName}\`. It is shown only now.\n`,
    );
  }
  return 0;
}

async function list(store: Store, json: boolean): Promise<number> {
  const lister = createKeyLister(store.keyReader);
  const found: StoredKey[] = [];
  let cursor: string | undefined;
  do {
    const page = await lister.list({ limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  if (json) {
    const shown = found.map(({ hash: _hash, ...key }) => key);
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  } else if (found.length === 0) {
    process.stdout.write('There are no keys yet. `tollgate keys create` makes one.\n');
  } else {
    const rows = found.map((key) => [
      key.id,
      key.name,
      key.projectName,
      key.preview,
      statusOf(key),
      dayOf(key.createdAt),
      key.expiresAt === undefined ? 'never' : dayOf(key.expiresAt),
      key.models?.join(',') ?? 'all',
    ]);
    const header = ['ID', 'NAME', 'PROJECT', 'KEY', 'STATUS', 'CREATED', 'EXPIRES', 'MODELS'];
    process.stdout.write(formatTable(header, rows));
  }
  return 0;
}

async function revoke(store: Store, reference: string): Promise<number> {
  const writer = createKeyWriter({ reader: store.keyReader, writer: store.keyWriter }, systemClock);
  const revocation = await writer.revoke(reference);
  const told = tellRevocation(revocation, reference);
  process.stdout.write(`${told}\n`);
  return 0;
}

function tellRevocation(revocation: Revocation, reference: string): string {
  switch (revocation.outcome) {
    case 'revoked':
      return `Revoked \`${revocation.key.name}\` (${revocation.key.id}, ${revocation.key.preview}).`;
    case 'already-revoked':
      return `\`${revocation.key.name}\` (${revocation.key.id}) was revoked before.`;
    case 'not-found':
      throw new CommandError(
        `no key has the id, name or preview \`${shown(reference)}\`. \`tollgate keys list\` shows them.`,
      );
    case 'ambiguous':
      throw new CommandError(
        `\`${reference}\` fits ${revocation.keys.length} keys; revoke by id: ${revocation.keys.map((key) => key.id).join(', ')}.`,
      );
  }
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

function statusOf(key: StoredKey): string {
  const expired =
    key.status === 'active' && key.expiresAt !== undefined && key.expiresAt <= systemClock.now();
  return expired ? 'expired' : key.status;
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
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
