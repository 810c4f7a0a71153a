// A public model name and the targets behind it: ordered groups, weights inside a group. Pure.

export interface Target {
  /** Name of the provider in the registry. */
  readonly provider: string;
  /** Name of the model at that provider. */
  readonly model: string;
  /** Share inside its group, above 0. */
  readonly weight: number;
}

/** Groups in order of preference; a later group is tried when the earlier ones could not answer. */
export type Route = readonly (readonly Target[])[];

/**
 * All targets of a route in the order to try them: inside a group a weighted draw without replacement.
 * `random` gives numbers in [0, 1).
 */
export function orderTargets(route: Route, random: () => number): Target[] {
  const ordered: Target[] = [];
  for (const group of route) {
    const left = [...group];
    while (left.length > 1) {
      const total = left.reduce((sum, target) => sum + target.weight, 0);
      let point = random() * total;
      let index = 0;
      while (index < left.length - 1) {
        point -= left[index]?.weight ?? 0;
        if (point < 0) break;
        index++;
      }
      ordered.push(...left.splice(index, 1));
    }
    ordered.push(...left);
  }
  return ordered;
}
