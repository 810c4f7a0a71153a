// Where counters of limits stand at this moment, for whoever shows them: what is left, and when the window turns. Reads
// counters through a port; whether a request fits is decided elsewhere (budgets/).
import { slide, slotsFromText } from '../budgets/counter.ts';
import { subjectOf } from '../budgets/limit-book.ts';
import type { WindowOf } from '../budgets/window.ts';
import type { Clock } from '../core/clock.ts';
import type { CounterRow, LimitOwner, LimitReader, StoredLimit } from '../core/limit-admin.ts';
import { type Limit, limitScopes } from '../core/limits.ts';

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

export interface StandingLimit {
  readonly limit: StoredLimit;
  readonly standing: Standing;
}

export interface StandingReader {
  /** In the order asked for. */
  of(wanted: readonly { readonly limit: Limit; readonly subject: string }[]): Promise<readonly Standing[]>;
  /** Of a counter that was read. */
  from(limit: Limit, row: CounterRow): Standing;
  /** For each owner the limits that all of its requests count for, each with the owner's own counter. */
  ofOwners(owners: readonly LimitOwner[]): Promise<readonly (readonly StandingLimit[])[]>;
}

export function createStandingReader(
  reader: Pick<LimitReader, 'countersOf' | 'applying'>,
  windowOf: WindowOf,
  clock: Clock,
): StandingReader {
  function standingAt(limit: Limit, row: CounterRow, now: number): Standing {
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

  const of: StandingReader['of'] = async (wanted) => {
    const now = clock.now();
    const rows = await reader.countersOf(
      wanted.map(({ limit, subject }) => ({
        limit,
        subject,
        span: windowOf(limit.window, limit.timeZone, now),
      })),
    );
    return wanted.flatMap(({ limit }, index) => {
      const row = rows[index];
      return row ? [standingAt(limit, row, now)] : [];
    });
  };

  return {
    of,
    from: (limit, row) => standingAt(limit, row, clock.now()),
    ofOwners: async (owners) => {
      const limits = await reader.applying(owners);
      const wanted = owners.flatMap((owner, index) =>
        limits.flatMap((limit) => {
          const subject = subjectOf(limit, { ...owner, model: '', key: owner.key ?? '' });
          return subject === undefined ? [] : [{ index, limit, subject }];
        }),
      );
      const standings = await of(wanted);
      const found = owners.map((): StandingLimit[] => []);
      for (const [place, { index, limit }] of wanted.entries()) {
        const standing = standings[place];
        if (standing) found[index]?.push({ limit, standing });
      }
      return found;
    },
  };
}

/** The one with the least left of its amount, in proportion; of several the narrowest, then the one of money. */
export function tightest(limits: readonly StandingLimit[]): StandingLimit | undefined {
  return limits.toSorted(
    (a, b) =>
      usedMillionths(b) - usedMillionths(a) ||
      breadth(a.limit) - breadth(b.limit) ||
      Number(b.limit.metric === 'cost') - Number(a.limit.metric === 'cost') ||
      (a.limit.id < b.limit.id ? -1 : 1),
  )[0];
}

function usedMillionths({ limit, standing }: StandingLimit): number {
  // Nothing at all is allowed: no other limit is tighter.
  if (limit.amount === 0n) return Number.POSITIVE_INFINITY;
  return Number(((standing.settled + standing.held) * 1_000_000n) / limit.amount);
}

/** Of a key before of a project before of an organization. */
function breadth({ scope }: Limit): number {
  return limitScopes.length - limitScopes.findLastIndex((kind) => scope[kind] !== undefined);
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
