// Models as administrators make, change and delete them: routes and settings, not prices, which have versions of their own
// (price-admin.ts). What an entry may say is asked of the checks of tollgate.yaml. Knows no SQL and no HTTP.
import type { Clock } from '../core/clock.ts';
import type { RoutingEntries, RoutingEntry, RoutingReader, RoutingWriter } from '../core/routing-entries.ts';
import type { AuditSource } from './audit-facts.ts';
import { conflict } from './revisions.ts';
import { changeRouting, entryToChange, findEntry, refuseReferences, withChange } from './routing-change.ts';

type Entry = Readonly<Record<string, unknown>>;

export interface ModelAdmin {
  /** Errors: `invalid_value`, `admin_conflict`. */
  create(name: string, entry: Entry, audit: AuditSource): Promise<RoutingEntry>;
  /** Members of `change` replace those of the entry; `null` takes one out. Errors: those of `entryToChange`, `invalid_value`. */
  change(
    name: string,
    change: Entry,
    revision: number | undefined,
    audit: AuditSource,
  ): Promise<RoutingEntry>;
  /** Errors: those of `entryToChange`. */
  remove(name: string, revision: number | undefined, audit: AuditSource): Promise<void>;
}

export interface ModelAdminPorts {
  readonly reader: RoutingReader;
  readonly writer: RoutingWriter;
  readonly clock: Clock;
  /** Where a model of this name is changed if it was not made here, in a sentence; `undefined` if it is nowhere else. */
  readonly elsewhere: (name: string) => string | undefined;
  /** Whether the file has a model of this name, so that one made here would not be used. */
  readonly inFile: (name: string) => boolean;
  /** Checks an entry; `stored`: what administrators made. Throws TollgateError with the path of what is wrong. */
  readonly check: (name: string, entry: Entry, stored: RoutingEntries) => void;
  /** Makes this node take over what was changed; the others hear of it by themselves. */
  readonly changed: () => Promise<void>;
}

export function createModelAdmin({
  reader,
  writer,
  clock,
  elsewhere,
  inFile,
  check,
  changed,
}: ModelAdminPorts): ModelAdmin {
  const read = () => reader.routing();

  async function put(
    now: RoutingEntries,
    name: string,
    wanted: { readonly entry: Entry; readonly before: RoutingEntry | undefined },
    audit: AuditSource,
  ): Promise<RoutingEntry | undefined> {
    const { entry, before } = wanted;
    check(name, entry, now);
    const at = clock.now();
    const row = {
      kind: 'model',
      name,
      entry,
      secrets: {},
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
    } as const;
    const facts = { ...(before ? { before: before.entry } : {}), after: entry };
    return writer.put(now.generation, row, audit(before ? 'model.update' : 'model.create', name, facts));
  }

  return {
    create: async (name, given, audit) => {
      const entry = withChange({}, given);
      refuseReferences(entry);
      const stored = await changeRouting(read, async (now) => {
        if (inFile(name)) throw conflict(`There is a model \`${name}\` already. ${elsewhere(name)}`);
        if (findEntry(now, 'model', name)) {
          throw conflict(`There is a model \`${name}\` already. Change that one, or choose another name.`);
        }
        return put(now, name, { entry, before: undefined }, audit);
      });
      await changed();
      return stored;
    },
    change: async (name, change, revision, audit) => {
      refuseReferences(change);
      const stored = await changeRouting(read, async (now) => {
        const row = entryToChange(now, { kind: 'model', name }, revision, elsewhere(name));
        return put(now, name, { entry: withChange(row.entry, change), before: row }, audit);
      });
      await changed();
      return stored;
    },
    remove: async (name, revision, audit) => {
      await changeRouting(read, async (now) => {
        const row = entryToChange(now, { kind: 'model', name }, revision, elsewhere(name));
        const entry = audit('model.delete', name, { before: row.entry });
        return (await writer.remove(now.generation, row, entry)) || undefined;
      });
      await changed();
    },
  };
}
