// The limits of tollgate.yaml made those of the store, at start and whenever the file is taken over: all of them or none. Their
// ids say what they limit, so that counters outlive restarts and edits.
import { createHash } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { LimitWriter, StoredLimit } from '../core/limit-admin.ts';
import type { LimitMetric, LimitScope, LimitWindow } from '../core/limits.ts';
import { type AuditSource, limitFacts } from './audit-facts.ts';
import { createScopeResolver, type ScopePorts } from './limit-scope.ts';

export interface LimitWish {
  /** Ids or names by kind, or `*`. */
  readonly scope: LimitScope;
  readonly metric: LimitMetric;
  readonly window: LimitWindow;
  readonly amount: bigint;
  readonly timeZone: string;
}

/** A wish that cannot be granted, by its place in the list. */
export class UnknownScope extends Error {
  override readonly name = 'UnknownScope';
  readonly index: number;

  constructor(index: number, message: string) {
    super(message);
    this.index = index;
  }
}

/** Throws UnknownScope; nothing has changed then. */
export type LimitSync = (
  wishes: readonly LimitWish[],
) => Promise<{ added: number; changed: number; removed: number }>;

export function createLimitSync(
  ports: ScopePorts & { readonly writer: LimitWriter; readonly audit: AuditSource; readonly clock: Clock },
): LimitSync {
  const { writer, audit, clock } = ports;
  const resolveScope = createScopeResolver({ ...ports, revokedToo: true });

  return async (wishes) => {
    const now = clock.now();
    const wanted = new Map<string, StoredLimit>();
    for (const [index, wish] of wishes.entries()) {
      const scope = await resolveScope(wish.scope).catch((error: unknown) => {
        throw error instanceof TollgateError ? new UnknownScope(index, sentenceOf(error)) : error;
      });
      const id = idOf(scope, wish);
      if (wanted.has(id)) {
        throw new UnknownScope(
          index,
          'This limits the same as another limit of the file, under another name. Keep one of them.',
        );
      }
      const times = { revision: 1, createdAt: now, updatedAt: now };
      wanted.set(id, { ...wish, id, scope, source: 'config', ...times });
    }
    return writer.syncConfig([...wanted.values()], now, (action, before, after) =>
      audit(action, (after ?? before)?.id ?? '', {
        ...(before ? { before: limitFacts(before) } : {}),
        ...(after ? { after: limitFacts(after) } : {}),
      }),
    );
  };
}

function idOf(scope: LimitScope, { metric, window }: LimitWish): string {
  const members = Object.entries(scope).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256')
    .update(JSON.stringify([members, metric, window]))
    .digest('hex');
  return `lim_config_${hash.slice(0, 20)}`;
}

/** `Invalid value for 'scope.project': there is no project …` -> `There is no project …`. */
function sentenceOf({ message }: TollgateError): string {
  const reason = message.replace(/^Invalid value for '[^']*': /, '');
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}
