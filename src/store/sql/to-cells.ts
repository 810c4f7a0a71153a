// HoldEntry and Settlement to the flat cells the hot statements bind, in the order of `holdCells` and `settleCells`.
import type { AttemptRecord, HoldEntry, Settlement } from '../../core/ports.ts';
import type { Cell } from './ledger.ts';

/** Appends the cells of one hold. */
export function pushHoldCells(cells: Cell[], entry: HoldEntry, epoch: number): void {
  const startedAt = whole(entry.startedAt);
  cells.push(
    entry.id,
    entry.model,
    entry.provider,
    entry.upstreamModel,
    entry.priceVersion,
    entry.hold,
    entry.stream ? 1 : 0,
    startedAt,
    epoch,
    entry.keyId,
    startedAt,
  );
}

/** Appends the cells of one settlement. */
export function pushSettleCells(cells: Cell[], settlement: Settlement): void {
  const usage = settlement.usage;
  cells.push(
    settlement.state,
    settlement.provider,
    settlement.upstreamModel,
    settlement.cost,
    whole(usage?.input),
    whole(usage?.output),
    whole(usage?.cachedInput),
    whole(usage?.cacheWrite),
    whole(usage?.reasoning),
    settlement.usageSource ?? null,
    settlement.partial ? 1 : 0,
    settlement.error ?? null,
    attemptsCell(settlement.attempts),
    whole(settlement.firstTokenMs),
    whole(settlement.durationMs),
    settlement.id,
  );
}

/** A single attempt that went well says nothing the row does not: no JSON is made for it. */
function attemptsCell(attempts: readonly AttemptRecord[]): string | null {
  const [only] = attempts;
  if (attempts.length === 1 && only?.error === undefined && only?.credential === undefined) return null;
  return attempts.length === 0 ? null : JSON.stringify(attempts);
}

/** Integer columns refuse fractions, and one odd number must not cost a request its row: unknown becomes null. */
function whole(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value);
}
