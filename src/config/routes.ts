// One generation of public models behind the RouteReader port: built once, never changed.
import type { PublicModel, RouteReader } from '../core/ports.ts';

export function createRouteReader(models: readonly PublicModel[]): RouteReader {
  const byName: ReadonlyMap<string, PublicModel> = new Map(models.map((model) => [model.name, model]));
  const all = Object.freeze([...byName.values()]);
  return { model: (name) => byName.get(name), models: () => all };
}
