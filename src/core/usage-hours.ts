// Sums per hour and per day: what the console's charts and the baseline of a new limit read instead of the ledger's rows.

/**
 * Upper bounds in ms of the steps of a histogram; the 16th step has none. Column `duration_3` counts the requests that took
 * more than step 2 and at most step 3.
 */
export const latencySteps: readonly number[] = [
  10, 25, 50, 100, 175, 250, 500, 750, 1_000, 1_500, 2_500, 5_000, 10_000, 20_000, 60_000,
];

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Unix ms of the hour's beginning, in UTC. */
export function hourOf(at: number): number {
  return at - (((at % hourMs) + hourMs) % hourMs);
}

/** Unix ms of the day's beginning, in UTC. */
export function dayOf(at: number): number {
  return at - (((at % dayMs) + dayMs) % dayMs);
}

export function stepOf(ms: number): number {
  const step = latencySteps.findIndex((bound) => ms <= bound);
  return step === -1 ? latencySteps.length : step;
}
