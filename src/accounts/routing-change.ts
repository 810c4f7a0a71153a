// How providers and models that administrators make are changed: worked out from all of them at one generation, so that what was
// checked together is stored together, and worked out again when somebody was faster. Knows no SQL and no schema.
import { TollgateError } from '../core/errors.ts';
import type { RoutingEntries, RoutingEntry, RoutingKind } from '../core/routing-entries.ts';
import { conflict, notFound } from './revisions.ts';

/** More often it is somebody else's mistake. */
const attempts = 20;

export function findEntry(
  { entries }: RoutingEntries,
  kind: RoutingKind,
  name: string,
): RoutingEntry | undefined {
  return entries.find((entry) => entry.kind === kind && entry.name === name);
}

/** `attempt` gives `undefined` when the generation it was given has passed. */
export async function changeRouting<Result>(
  read: () => Promise<RoutingEntries>,
  attempt: (now: RoutingEntries) => Promise<Result | undefined>,
): Promise<Result> {
  for (let round = 0; round < attempts; round++) {
    const result = await attempt(await read());
    if (result !== undefined) return result;
  }
  throw conflict('Providers and models are being changed by others all the time. Please try again.');
}

/**
 * The entry to change. `elsewhere`: a sentence of where it is changed, if it was not made here. Errors: `admin_not_found`,
 * `admin_conflict`, `admin_precondition_failed`.
 */
export function entryToChange(
  now: RoutingEntries,
  { kind, name }: Pick<RoutingEntry, 'kind' | 'name'>,
  wanted: number | undefined,
  elsewhere: string | undefined,
): RoutingEntry {
  const row = findEntry(now, kind, name);
  if (!row) throw elsewhere === undefined ? notFound(kind, name) : conflict(elsewhere);
  if (wanted !== undefined && row.revision !== wanted) {
    throw new TollgateError('admin_precondition_failed', {
      values: { kind, revision: row.revision, wanted },
    });
  }
  return row;
}

/** What is `null` in a change is taken out; what is not in it stays. */
export function withChange(
  entry: Readonly<Record<string, unknown>>,
  change: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const members = Object.entries({ ...entry, ...change });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined && value !== null));
}

/** Variables and stored secrets are filled into tollgate.yaml alone: an entry that named some could send them anywhere. */
export function refuseReferences(value: unknown, path = ''): void {
  if (typeof value === 'string' && value.includes('${')) {
    throw invalid(
      path,
      `variables and stored secrets ( \${…} ) are filled into tollgate.yaml only. Enter the value itself.`,
    );
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refuseReferences(item, `${path}[${index}]`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value))
      refuseReferences(item, path === '' ? key : `${path}.${key}`);
  }
}

export function invalid(param: string, reason: string): TollgateError {
  return new TollgateError('invalid_value', { param, values: { reason } });
}
