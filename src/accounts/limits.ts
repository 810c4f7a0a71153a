// Limits as an administrator makes and changes them: names become ids, amounts become whole numbers, and what would never
// count anything is refused. Whether a request fits is decided elsewhere (budgets/).
import { createWindowOf, isTimeZone } from '../budgets/window.ts';
import type { AccountReader } from '../core/accounts.ts';
import type { AuditEntry } from '../core/audit.ts';
import { type Clock, createIdSource } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { LimitReader, LimitWriter, StoredLimit } from '../core/limit-admin.ts';
import { amountRule, readAmount } from '../core/limit-amount.ts';
import type { Limit, LimitMetric, LimitScope, LimitWindow } from '../core/limits.ts';
import type { KeyStoreReader } from '../core/store.ts';
import { type AuditSource, limitFacts } from './audit-facts.ts';
import { createScopeResolver } from './limit-scope.ts';
import { createStandingReader, type Standing, type StandingReader } from './limit-standing.ts';
import { changeRevised, conflict, notFound } from './revisions.ts';

export interface NewLimitRequest {
  /** Ids or names by kind, or `*`. */
  readonly scope: LimitScope;
  readonly metric: LimitMetric;
  /** Absent for `concurrent`, needed for all others. */
  readonly window?: LimitWindow | undefined;
  /** USD for `cost`, whole numbers for all others. */
  readonly amount: string | number;
  readonly timeZone?: string | undefined;
}

export type { Standing } from './limit-standing.ts';

export interface LimitAdmin {
  create(request: NewLimitRequest, audit: AuditSource): Promise<StoredLimit>;
  /** Of a key that is being made, to be stored with it. Errors name their place: `limits[0].amount`. */
  forNewKey(
    requests: readonly Omit<NewLimitRequest, 'scope'>[],
    keyId: string,
    audit: AuditSource,
  ): readonly { readonly limit: StoredLimit; readonly audit: AuditEntry }[];
  setAmount(
    id: string,
    amount: string | number,
    revision: number | undefined,
    audit: AuditSource,
  ): Promise<StoredLimit>;
  remove(id: string, revision: number | undefined, audit: AuditSource): Promise<void>;
  /** Names -> ids. Errors: `invalid_value`. */
  resolveScope(scope: LimitScope): Promise<LimitScope>;
  /** Errors: `admin_not_found`. */
  find(id: string): Promise<StoredLimit>;
  /** Of the one counter, or of that of `subject` where the scope has a `*`. */
  standing(limit: Limit, subject: string): Promise<Standing>;
  /** Of many at once, in the order asked for. */
  standingsOf: StandingReader['of'];
  ofOwners: StandingReader['ofOwners'];
  standings(
    limit: Limit,
    page: { readonly limit: number; readonly cursor?: string },
  ): Promise<{ readonly items: readonly Standing[]; readonly nextCursor?: string }>;
}

export interface LimitAdminPorts {
  readonly reader: LimitReader;
  readonly writer: LimitWriter;
  readonly accounts: AccountReader;
  readonly keys: Pick<KeyStoreReader, 'keysMatching'>;
  /** Whether there is a public model of this name; absent = nobody knows here. */
  readonly hasModel?: ((name: string) => boolean) | undefined;
  /** Of limits that name none. */
  readonly timeZone: () => string;
  readonly clock: Clock;
}

export function createLimitAdmin(ports: LimitAdminPorts): LimitAdmin {
  const { reader, writer, clock } = ports;
  const nextId = createIdSource('lim_', clock);
  const windowOf = createWindowOf();
  const standings = createStandingReader(reader, windowOf, clock);
  const resolveScope = createScopeResolver(ports);

  const change = <Result>(
    id: string,
    wanted: number | undefined,
    write: (limit: StoredLimit) => Promise<Result | undefined>,
  ) =>
    changeRevised({
      kind: 'limit',
      reference: id,
      wanted,
      read: () => reader.limit(id),
      write: (limit) => {
        requireOwn(limit);
        return write(limit);
      },
    });

  /** `place`: before the names of its members in errors. */
  function limitFrom(request: NewLimitRequest, scope: LimitScope, place = ''): StoredLimit {
    const now = clock.now();
    return {
      id: nextId(),
      scope,
      metric: request.metric,
      window: windowFor(request, place),
      amount: parseAmount(request.metric, request.amount, `${place}amount`),
      timeZone: timeZoneFor(request.timeZone, ports.timeZone(), `${place}time_zone`),
      source: 'admin',
      revision: 1,
      createdAt: now,
      updatedAt: now,
    };
  }

  return {
    create: async (request, audit) => {
      const limit = limitFrom(request, await resolveScope(request.scope));
      const stored = await writer.add(limit, audit('limit.create', limit.id, { after: limitFacts(limit) }));
      if (!stored) {
        throw conflict(
          'There is a limit of this scope, metric and window already. Change its amount, or delete it first.',
        );
      }
      return stored;
    },
    forNewKey: (requests, keyId, audit) => {
      const kinds = new Set<string>();
      return requests.map((request, index) => {
        const limit = limitFrom({ ...request, scope: {} }, { key: keyId }, `limits[${index}].`);
        const kind = `${limit.metric} ${limit.window}`;
        if (kinds.has(kind)) {
          throw invalid(
            `limits[${index}]`,
            'there is another limit of this metric and window above; a key has one of a kind.',
          );
        }
        kinds.add(kind);
        return { limit, audit: audit('limit.create', limit.id, { after: limitFacts(limit) }) };
      });
    },
    setAmount: (id, wanted, revision, audit) =>
      change(id, revision, (limit) => {
        const amount = parseAmount(limit.metric, wanted);
        const facts = { before: limitFacts(limit), after: limitFacts({ ...limit, amount }) };
        return writer.setAmount(
          { id, revision: limit.revision, amount, now: clock.now() },
          audit('limit.update', id, facts),
        );
      }),
    remove: async (id, revision, audit) => {
      await change(id, revision, async (limit) => {
        const entry = audit('limit.delete', id, { before: limitFacts(limit) });
        return (await writer.remove({ id, revision: limit.revision, now: clock.now() }, entry)) || undefined;
      });
    },
    resolveScope,
    find: async (id) => {
      const limit = await reader.limit(id);
      if (!limit) throw notFound('limit', id);
      return limit;
    },
    standing: async (limit, subject) => {
      const [standing] = await standings.of([{ limit, subject }]);
      if (!standing) throw new Error(`no counter of ${limit.id}`);
      return standing;
    },
    standingsOf: standings.of,
    ofOwners: standings.ofOwners,
    standings: async (limit, page) => {
      const { start } = windowOf(limit.window, limit.timeZone, clock.now());
      const { items, nextCursor } = await reader.counters(limit.id, start, page);
      return {
        items: items.map((row) => standings.from(limit, row)),
        ...(nextCursor === undefined ? {} : { nextCursor }),
      };
    },
  };
}

function windowFor({ metric, window }: NewLimitRequest, place: string): LimitWindow {
  if (metric === 'concurrent') {
    if (window === undefined || window === 'lifetime') return 'lifetime';
    throw invalid(`${place}window`, 'a limit of concurrent requests has no window; leave it out.');
  }
  if (window === undefined)
    throw new TollgateError('missing_required_parameter', { param: `${place}window` });
  return window;
}

function timeZoneFor(wanted: string | undefined, otherwise: string, param: string): string {
  if (wanted === undefined) return otherwise;
  if (isTimeZone(wanted)) return wanted;
  throw invalid(param, 'it is no time zone of the IANA database, such as UTC or Europe/Berlin.');
}

/** Nano-USD for `cost`. Errors: `invalid_value` for `param`. */
export function parseAmount(metric: LimitMetric, amount: string | number, param = 'amount'): bigint {
  const read = readAmount(metric, amount);
  if (read === undefined) throw invalid(param, `it must be ${amountRule(metric)}.`);
  return read;
}

function requireOwn(limit: Limit): void {
  if (limit.source === 'admin') return;
  throw conflict('This limit stands in tollgate.yaml and is changed there: the gateway takes the file over.');
}

function invalid(param: string, reason: string): TollgateError {
  return new TollgateError('invalid_value', { param, values: { reason } });
}
