// One place a request may go to.

export interface Target {
  /** Name of the provider in the registry. */
  readonly provider: string;
  /** Name of the model at that provider. */
  readonly model: string;
  /** Share inside its group, above 0. */
  readonly weight: number;
  /** What it costs, for comparison only: any unit, the same within a group. Absent = not known. */
  readonly cost?: number;
}
