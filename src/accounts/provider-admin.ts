// Providers as administrators make, change and delete them. Credentials are stored as secrets and never given back; they go only to
// the address they were entered for. What an entry may say is asked of the checks of tollgate.yaml. Knows no SQL and no HTTP.
import type { Clock, IdSource } from '../core/clock.ts';
import type { RoutingEntries, RoutingEntry, RoutingReader, RoutingWriter } from '../core/routing-entries.ts';
import type { AuditSource } from './audit-facts.ts';
import {
  credentialId,
  credentialsIn,
  mapCredentials,
  referredSecret,
  referTo,
  shownEntry,
} from './provider-credentials.ts';
import { conflict } from './revisions.ts';
import {
  changeRouting,
  entryToChange,
  findEntry,
  invalid,
  refuseReferences,
  withChange,
} from './routing-change.ts';
import { removeSecret, type SecretStorePorts, secretValueProblem, setSecret } from './secret-admin.ts';
import { previewOf } from './secrets.ts';

type Entry = Readonly<Record<string, unknown>>;

export interface ProviderAdmin {
  /** Errors: `invalid_value`, `admin_conflict`. */
  create(name: string, entry: Entry, audit: AuditSource): Promise<RoutingEntry>;
  /**
   * Members of `change` replace those of the entry, `null` takes one out; in `api_keys`, `{ id }` keeps a key, and of `headers` only
   * those named change. Errors: those of `entryToChange`, `invalid_value`.
   */
  change(
    name: string,
    change: Entry,
    revision: number | undefined,
    audit: AuditSource,
  ): Promise<RoutingEntry>;
  /** Errors: those of `entryToChange`; `admin_conflict` while models route to it. */
  remove(name: string, revision: number | undefined, audit: AuditSource): Promise<void>;
}

export interface ProviderAdminPorts {
  readonly reader: RoutingReader;
  readonly writer: RoutingWriter;
  readonly secrets: SecretStorePorts;
  readonly nextSecretId: IdSource;
  readonly clock: Clock;
  /** Where a provider of this name is changed if it was not made here, in a sentence; `undefined` if it is nowhere else. */
  readonly elsewhere: (name: string) => string | undefined;
  /** Checks an entry, credentials and all. Throws TollgateError with the path of what is wrong. */
  readonly check: (name: string, entry: Entry) => Promise<void>;
  /** Where it is called: its credentials are for this address alone. */
  readonly addressOf: (name: string, entry: Entry) => Promise<string | undefined>;
  /** Makes this node take over what was changed; the others hear of it by themselves. */
  readonly changed: () => Promise<void>;
}

export function createProviderAdmin(ports: ProviderAdminPorts): ProviderAdmin {
  const { reader, writer, clock } = ports;
  const read = () => reader.routing();

  /** Stores each credential that is a value; the entry with references in their place, and what may be shown of all. */
  async function seal(name: string, entry: Entry, before: RoutingEntry['secrets']) {
    const values: { secret: string; value: string }[] = [];
    const secrets: Record<string, RoutingEntry['secrets'][string]> = {};
    const sealed = mapCredentials(entry, (value) => {
      const known = referredSecret(value);
      if (known !== undefined) {
        secrets[known] = before[known] ?? { preview: '…', setAt: 0 };
        return value;
      }
      const secret = `provider.${name.slice(0, 20)}.${ports.nextSecretId()}`;
      values.push({ secret, value });
      secrets[secret] = { preview: previewOf(value), setAt: clock.now() };
      return referTo(secret);
    });
    for (const { secret, value } of values) await store(secret, value);
    return { entry: sealed, secrets, added: values.map(({ secret }) => secret) };
  }

  async function store(name: string, value: string): Promise<void> {
    const result = await setSecret(ports.secrets, { name, value, force: false });
    if (result.outcome !== 'wrong-key') return;
    throw conflict(
      `Nothing was stored: other stored secrets cannot be decrypted with the master key at hand (${result.unreadable.slice(0, 3).join(', ')}), so it may be the wrong one. \`tollgate doctor\` says more.`,
    );
  }

  /** What is left behind when this fails is of no use to anybody. */
  async function forget(names: readonly string[]): Promise<void> {
    for (const name of names) await removeSecret(ports.secrets, name).catch(() => false);
  }

  async function put(
    now: RoutingEntries,
    name: string,
    wanted: { readonly entry: Entry; readonly before: RoutingEntry | undefined },
    audit: AuditSource,
  ): Promise<RoutingEntry | undefined> {
    const { before } = wanted;
    const { added, ...sealed } = await seal(name, wanted.entry, before?.secrets ?? {});
    const at = clock.now();
    const row = {
      kind: 'provider',
      name,
      ...sealed,
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
    } as const;
    const facts = { ...(before ? { before: shownEntry(before) } : {}), after: shownEntry(row) };
    const entry = audit(before ? 'provider.update' : 'provider.create', name, facts);
    const stored = await writer.put(now.generation, row, entry).catch(async (error: unknown) => {
      await forget(added);
      throw error;
    });
    if (!stored) await forget(added);
    else await forget(Object.keys(before?.secrets ?? {}).filter((secret) => !(secret in row.secrets)));
    return stored;
  }

  return {
    create: async (name, given, audit) => {
      const entry = withChange({}, given);
      requireValues(entry);
      const stored = await changeRouting(read, async (now) => {
        requireFree(now, name);
        await ports.check(name, entry);
        return put(now, name, { entry, before: undefined }, audit);
      });
      await ports.changed();
      return stored;
    },
    change: async (name, change, revision, audit) => {
      requireValues(change);
      const stored = await changeRouting(read, async (now) => {
        const row = entryToChange(now, { kind: 'provider', name }, revision, ports.elsewhere(name));
        const entry = merged(row, change);
        await ports.check(name, entry);
        await requireSameAddress(name, row, entry);
        return put(now, name, { entry, before: row }, audit);
      });
      await ports.changed();
      return stored;
    },
    remove: async (name, revision, audit) => {
      const gone = await changeRouting(read, async (now) => {
        const row = entryToChange(now, { kind: 'provider', name }, revision, ports.elsewhere(name));
        requireUnused(now, name);
        const entry = audit('provider.delete', name, { before: shownEntry(row) });
        return (await writer.remove(now.generation, row, entry)) ? row : undefined;
      });
      await ports.changed();
      await forget(Object.keys(gone.secrets));
    },
  };

  function requireFree(now: RoutingEntries, name: string): void {
    const elsewhere = ports.elsewhere(name);
    if (elsewhere !== undefined) throw conflict(`There is a provider \`${name}\` already. ${elsewhere}`);
    if (findEntry(now, 'provider', name)) {
      throw conflict(`There is a provider \`${name}\` already. Change that one, or choose another name.`);
    }
  }

  /** Otherwise whoever may change a provider could have its key sent to a place of his own. */
  async function requireSameAddress(name: string, row: RoutingEntry, entry: Entry): Promise<void> {
    const [kept] = credentialsIn(entry).keys();
    if (kept === undefined) return;
    const before = await ports.addressOf(name, row.entry);
    if (before === undefined || before === (await ports.addressOf(name, entry))) return;
    throw invalid(
      kept.replace(/\[.*$/, ''),
      `enter it again: the stored one was given for ${before} and is not sent to another address.`,
    );
  }
}

function requireValues(entry: Entry): void {
  refuseReferences(entry);
  mapCredentials(entry, (value, path) => {
    const problem = secretValueProblem(value);
    if (problem !== undefined) throw invalid(path, problem);
    return value;
  });
}

/** `api_key` and `api_keys` replace each other. */
function merged(row: RoutingEntry, change: Entry): Entry {
  const { headers, ...others } = change;
  const keys =
    typeof change.api_key === 'string' ? { api_keys: null } : change.api_keys ? { api_key: null } : {};
  const entry = withChange(row.entry, { ...keys, ...others });
  if (headers !== undefined) {
    const left = headers === null ? {} : withChange((row.entry.headers ?? {}) as Entry, headers as Entry);
    if (Object.keys(left).length > 0) entry.headers = left;
    else delete entry.headers;
  }
  if (!Array.isArray(entry.api_keys)) return entry;
  const known = new Map(
    [...credentialsIn(row.entry).values()].map((secret) => [credentialId(secret), referTo(secret)]),
  );
  return { ...entry, api_keys: entry.api_keys.map((each, index) => keyOf(each, index, known)) };
}

function keyOf(each: unknown, index: number, known: ReadonlyMap<string, string>): unknown {
  if (typeof each !== 'object' || each === null || !('id' in each)) return each;
  const { id, ...rest } = each;
  const kept = known.get(String(id));
  if (kept !== undefined) return { ...rest, key: kept };
  throw invalid(`api_keys[${index}].id`, 'this provider has no key with this id. Read it again.');
}

function requireUnused({ entries }: RoutingEntries, name: string): void {
  const users = entries.filter(
    ({ kind, entry }) =>
      kind === 'model' &&
      (entry.route as { provider?: string }[][]).flat().some(({ provider }) => provider === name),
  );
  if (users.length === 0) return;
  const names = users.map((user) => `\`${user.name}\``);
  const list =
    names.length > 10 ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more` : names.join(', ');
  throw conflict(`Models route to it: ${list}. Take it out of their routes first, or delete them.`);
}
