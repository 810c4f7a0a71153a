// A public model name and the targets behind it: ordered groups, and in which order a request tries them. Pure.
import { type Circumstances, orderGroup, type Strategy } from './strategies.ts';
import type { Target } from './target.ts';

export type { Target };

/** Groups in order of preference; a later group is tried when the earlier ones could not answer. */
export type Route = readonly (readonly Target[])[];

/**
 * All targets of a route in the order to try them: group by group, inside a group by the strategy. Those that asked
 * for time come last: there is likely a better answer elsewhere, but they are better than none.
 */
export function orderTargets(route: Route, strategy: Strategy, given: Circumstances): Target[] {
  const [only] = route;
  if (route.length === 1 && only?.length === 1) return [...only];
  const ordered = route.flatMap((group) => orderGroup(group, strategy, given));
  if (ordered.length < 2) return ordered;
  const cooling = new Set(ordered.filter((target) => given.health.condition(target).cooling));
  if (cooling.size === 0) return ordered;
  return [...ordered.filter((target) => !cooling.has(target)), ...cooling];
}
