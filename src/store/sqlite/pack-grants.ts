// What a batch's holds were granted, as one flat array on its way between two threads: nearly every hold of a gateway with limits has
// one, and cloning it as objects costs several times as much.
import type { LimitStanding } from '../../core/limits.ts';
import type { Cell } from '../sql/ledger.ts';
import type { HoldGrant } from './messages.ts';

/** For each: index, cap, how many standings, and theirs. */
export function packGrants(grants: readonly HoldGrant[]): Cell[] {
  const cells: Cell[] = [];
  for (const { index, outputCap, standings } of grants) {
    cells.push(index, outputCap, standings.length);
    for (const { metric, window, amount, remaining, resetMs } of standings) {
      cells.push(metric, window, amount, remaining, resetMs);
    }
  }
  return cells;
}

/** What `packGrants` was given. */
export function unpackGrants(cells: readonly Cell[]): HoldGrant[] {
  const grants: HoldGrant[] = [];
  for (let at = 0; at < cells.length; ) {
    const index = cells[at] as number;
    const outputCap = cells[at + 1] as number;
    const end = at + 3 + 5 * (cells[at + 2] as number);
    const standings: LimitStanding[] = [];
    for (at += 3; at < end; at += 5) {
      standings.push({
        metric: cells[at] as LimitStanding['metric'],
        window: cells[at + 1] as LimitStanding['window'],
        amount: cells[at + 2] as bigint,
        remaining: cells[at + 3] as bigint,
        resetMs: cells[at + 4] as number,
      });
    }
    grants.push({ index, outputCap, standings });
  }
  return grants;
}
