// Limits of tollgate.yaml: what the schema cannot say about them, each mistake with its place. Whether the projects and keys
// they name exist is asked of the store, by others.
import { amountRule, readAmount } from '../core/limit-amount.ts';
import { type LimitMetric, type LimitScope, type LimitWindow, limitScopes } from '../core/limits.ts';
import type { ParsedFile } from './file.ts';
import type { Place, Problem } from './problem.ts';
import type { LimitEntry } from './schema.ts';

export interface ConfiguredLimit {
  /** Ids or names by kind, or `*`. */
  readonly scope: LimitScope;
  readonly metric: LimitMetric;
  readonly window: LimitWindow;
  /** Nano-USD for `cost`. */
  readonly amount: bigint;
  /** Absent = that of the server. */
  readonly timeZone?: string;
  /** Where it stands, for mistakes that only the store knows. */
  readonly place: Place;
}

/** Without those that have problems, which are added to `problems`. */
export function limitsOf(
  file: ParsedFile | undefined,
  models: ReadonlySet<string>,
  problems: Problem[],
): readonly ConfiguredLimit[] {
  const entries = file?.content.limits ?? [];
  const limits: ConfiguredLimit[] = [];
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const say = (message: string, ...path: string[]) => {
      const place = file?.place(['limits', index, ...path]);
      problems.push({ message, ...(place ? { place } : {}) });
    };
    const kinds = limitScopes.filter((kind) => entry.scope[kind] !== undefined);
    if (kinds.length === 0) {
      say(
        `\`scope\` is empty; name one or several of ${limitScopes.map((kind) => `\`${kind}\``).join(', ')}.`,
        'scope',
      );
    }
    const { model } = entry.scope;
    if (model !== undefined && model !== '*' && !models.has(model)) {
      say(
        `There is no model \`${model}\` in this configuration, so the limit would never count.`,
        'scope',
        'model',
      );
    }
    const window = windowOf(entry, say);
    const amount = readAmount(entry.metric, entry.amount);
    if (amount === undefined) say(`\`amount\` must be ${amountRule(entry.metric)}.`, 'amount');
    const name = JSON.stringify([kinds.map((kind) => [kind, entry.scope[kind]]), entry.metric, window]);
    if (seen.has(name))
      say('A limit of this scope, metric and window stands here a second time. Keep one of them.');
    seen.add(name);
    const place = file?.place(['limits', index]);
    if (amount === undefined || window === undefined || kinds.length === 0 || !place) continue;
    limits.push({
      scope: entry.scope,
      metric: entry.metric,
      window,
      amount,
      place,
      ...(entry.time_zone === undefined ? {} : { timeZone: entry.time_zone }),
    });
  }
  return limits;
}

function windowOf(
  { metric, window }: LimitEntry,
  say: (message: string, ...path: string[]) => void,
): LimitWindow | undefined {
  if (metric !== 'concurrent') {
    if (window === undefined) say(`A limit of \`${metric}\` needs \`window\`.`);
    return window;
  }
  if (window !== undefined && window !== 'lifetime') {
    say('A limit of `concurrent` requests has no `window`. Leave it out.', 'window');
  }
  return 'lifetime';
}
