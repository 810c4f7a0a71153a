// HoldEntry, Settlement and Checkpoint to flat cells: cloning one array to another thread costs a third of cloning as
// many objects, and statements are bound by position.
import type { IdempotencyClaim } from '../../core/idempotency.ts';
import type { WorstCase } from '../../core/limits.ts';
import type { AttemptRecord, Checkpoint, HoldEntry, Settlement } from '../../core/ports.ts';
import type { Cell } from './ledger.ts';
import { isPlain, requestDetailsCell } from './request-details.ts';
import { usageDetailsCell } from './usage-details.ts';

/** How many cells one entry has. */
export const entryWidth = 21;

/** Appends the cells of one entry, for `readEntry`. */
export function pushEntryCells(cells: Cell[], entry: HoldEntry): void {
  const { worst, claim } = entry;
  cells.push(
    entry.id,
    entry.keyId,
    entry.projectId,
    entry.organizationId,
    entry.endUser ?? null,
    entry.model,
    entry.provider,
    entry.upstreamModel,
    entry.priceVersion,
    entry.stream ? 1 : 0,
    whole(entry.startedAt),
    worst.promptTokens,
    worst.outputCap,
    worst.leastOutputCap,
    worst.choices,
    worst.promptCost,
    worst.outputPrice,
    worst.limitedOutputCap ?? null,
    claim?.keyHash ?? null,
    claim?.bodyHash ?? null,
    claim?.expiresAt ?? null,
  );
}

/** The entry whose cells begin at `start`. */
export function readEntry(cells: readonly Cell[], start: number): HoldEntry {
  const endUser = cells[start + 4];
  const worst: WorstCase = {
    promptTokens: cells[start + 11] as number,
    outputCap: cells[start + 12] as number,
    leastOutputCap: cells[start + 13] as number,
    choices: cells[start + 14] as number,
    promptCost: cells[start + 15] as bigint,
    outputPrice: cells[start + 16] as bigint,
    limitedOutputCap: (cells[start + 17] as number | null) ?? undefined,
  };
  return {
    id: cells[start] as string,
    keyId: cells[start + 1] as string,
    projectId: cells[start + 2] as string,
    organizationId: cells[start + 3] as string,
    endUser: endUser === null ? undefined : (endUser as string),
    model: cells[start + 5] as string,
    provider: cells[start + 6] as string,
    upstreamModel: cells[start + 7] as string,
    priceVersion: cells[start + 8] as string,
    stream: cells[start + 9] === 1,
    startedAt: cells[start + 10] as number,
    worst,
    claim: readClaim(cells, start + 18),
  };
}

function readClaim(cells: readonly Cell[], start: number): IdempotencyClaim | undefined {
  const keyHash = cells[start];
  if (typeof keyHash !== 'string') return undefined;
  return { keyHash, bodyHash: cells[start + 1] as string, expiresAt: cells[start + 2] as number };
}

/** In the order of `claimCells`. */
export function claimRow(entry: HoldEntry, claim: IdempotencyClaim): Cell[] {
  return [
    entry.keyId,
    claim.keyHash,
    entry.id,
    claim.bodyHash,
    whole(entry.startedAt),
    whole(claim.expiresAt),
  ];
}

/** In the order of `holdCells`. */
export function holdRow(
  entry: HoldEntry,
  reserved: { readonly cost: bigint; readonly tokens: number; readonly outputCap: number },
  epoch: number,
): Cell[] {
  return [
    entry.id,
    entry.model,
    entry.provider,
    entry.upstreamModel,
    entry.priceVersion,
    reserved.cost,
    entry.stream ? 1 : 0,
    entry.startedAt,
    epoch,
    entry.endUser ?? null,
    reserved.outputCap,
    reserved.tokens,
    entry.keyId,
    entry.startedAt,
  ];
}

/** Appends the cells of one settlement, in the order of `settleCells`; `uncharged` is for the store to say. */
export function pushSettleCells(cells: Cell[], settlement: Settlement): void {
  const usage = settlement.usage;
  cells.push(
    settlement.state,
    settlement.provider,
    settlement.upstreamModel,
    settlement.cost,
    0,
    whole(usage?.input),
    whole(usage?.output),
    whole(usage?.cachedInput),
    whole(usage?.cacheWrite),
    whole(usage?.reasoning),
    usageDetailsCell(usage),
    settlement.usageSource ?? null,
    settlement.partial ? 1 : 0,
    settlement.error ?? null,
    attemptsCell(settlement.attempts),
    whole(settlement.firstTokenMs),
    whole(settlement.durationMs),
    requestDetailsCell(settlement),
    settlement.id,
  );
}

/** In the order of `checkpointCells`; `uncharged` is for the store to say. */
export function pushCheckpointCells(cells: Cell[], { id, usage, usageSource, cost, at }: Checkpoint): void {
  cells.push(
    cost,
    0,
    whole(usage.input),
    whole(usage.output),
    whole(usage.cachedInput),
    whole(usage.cacheWrite),
    whole(usage.reasoning),
    usageDetailsCell(usage),
    usageSource,
    whole(at),
    id,
  );
}

/** A single attempt that went well says nothing the row does not: no JSON is made for it. */
function attemptsCell(attempts: readonly AttemptRecord[]): string | null {
  return attempts.length === 0 || isPlain(attempts) ? null : JSON.stringify(attempts);
}

/** Integer columns refuse fractions, and one odd number must not cost a request its row: unknown becomes null. */
function whole(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value);
}
