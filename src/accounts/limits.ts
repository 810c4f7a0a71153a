// Limits as an administrator makes and changes them: names become ids, amounts become whole numbers, and what would never
// count anything is refused. Whether a request fits is decided elsewhere (budgets/).
import { slide, slotsFromText } from '../budgets/counter.ts';
import { createWindowOf, isTimeZone } from '../budgets/window.ts';
import type { AccountReader } from '../core/accounts.ts';
import { type Clock, createIdSource } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { CounterRow, LimitReader, LimitWriter, StoredLimit } from '../core/limit-admin.ts';
import { amountRule, readAmount } from '../core/limit-amount.ts';
import type { Limit, LimitMetric, LimitScope, LimitWindow } from '../core/limits.ts';
import type { KeyStoreReader } from '../core/store.ts';
import { type AuditSource, limitFacts } from './audit-facts.ts';
import { createScopeResolver } from './limit-scope.ts';
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

/** Where one counter of a limit stands. Times are Unix ms. */
export interface Standing {
  readonly subject: string;
  readonly settled: bigint;
  readonly held: bigint;
  readonly remaining: bigint;
  /** Absent where there is no window, or one that slides. */
  readonly windowStart?: number;
  readonly windowEnd?: number;
}

export interface LimitAdmin {
  create(request: NewLimitRequest, audit: AuditSource): Promise<StoredLimit>;
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

  function standingOf(limit: Limit, row: CounterRow, now: number): Standing {
    const { settled, held } = slid(limit, row, now);
    const span = windowOf(limit.window, limit.timeZone, now);
    const left = limit.amount - settled - held;
    const calendar = limit.metric !== 'concurrent' && Number.isFinite(span.end);
    return {
      subject: row.subject,
      settled,
      held,
      remaining: left > 0n ? left : 0n,
      ...(calendar ? { windowStart: span.start, windowEnd: span.end } : {}),
    };
  }

  return {
    create: async (request, audit) => {
      const scope = await resolveScope(request.scope);
      const window = windowFor(request);
      const now = clock.now();
      const limit: StoredLimit = {
        id: nextId(),
        scope,
        metric: request.metric,
        window,
        amount: parseAmount(request.metric, request.amount),
        timeZone: timeZoneFor(request.timeZone, ports.timeZone()),
        source: 'admin',
        revision: 1,
        createdAt: now,
        updatedAt: now,
      };
      const stored = await writer.add(limit, audit('limit.create', limit.id, { after: limitFacts(limit) }));
      if (!stored) {
        throw conflict(
          'There is a limit of this scope, metric and window already. Change its amount, or delete it first.',
        );
      }
      return stored;
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
      const now = clock.now();
      const span = windowOf(limit.window, limit.timeZone, now);
      return standingOf(limit, await reader.counter(limit, subject, span), now);
    },
    standings: async (limit, page) => {
      const now = clock.now();
      const { start } = windowOf(limit.window, limit.timeZone, now);
      const { items, nextCursor } = await reader.counters(limit.id, start, page);
      return {
        items: items.map((row) => standingOf(limit, row, now)),
        ...(nextCursor === undefined ? {} : { nextCursor }),
      };
    },
  };
}

/** Of a sliding minute only the seconds that are still in it. */
function slid(limit: Limit, row: CounterRow, now: number): { settled: bigint; held: bigint } {
  if (row.slots === undefined) return row;
  const counter = {
    limitId: limit.id,
    subject: row.subject,
    windowStart: row.windowStart,
    settled: row.settled,
    held: row.held,
    slots: slotsFromText(row.slots),
    dirty: false,
  };
  slide(counter, Math.floor(now / 1000));
  return counter;
}

function windowFor({ metric, window }: NewLimitRequest): LimitWindow {
  if (metric === 'concurrent') {
    if (window === undefined || window === 'lifetime') return 'lifetime';
    throw invalid('window', 'a limit of concurrent requests has no window; leave it out.');
  }
  if (window === undefined) throw new TollgateError('missing_required_parameter', { param: 'window' });
  return window;
}

function timeZoneFor(wanted: string | undefined, otherwise: string): string {
  if (wanted === undefined) return otherwise;
  if (isTimeZone(wanted)) return wanted;
  throw invalid('time_zone', 'it is no time zone of the IANA database, such as UTC or Europe/Berlin.');
}

/** Nano-USD for `cost`. Errors: `invalid_value` for `amount`. */
export function parseAmount(metric: LimitMetric, amount: string | number): bigint {
  const read = readAmount(metric, amount);
  if (read === undefined) throw invalid('amount', `it must be ${amountRule(metric)}.`);
  return read;
}

function requireOwn(limit: Limit): void {
  if (limit.source === 'admin') return;
  throw conflict('This limit stands in tollgate.yaml and is changed there: the gateway takes the file over.');
}

function invalid(param: string, reason: string): TollgateError {
  return new TollgateError('invalid_value', { param, values: { reason } });
}
