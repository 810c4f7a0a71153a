// A model as the admin API shows it, also one that an administrator made and that is not in use.
import { capabilitiesOf } from '../../config/capabilities.ts';
import type { Origins } from '../../config/origin.ts';
import type { StoredProblem } from '../../config/stored-entries.ts';
import type { ProviderCapabilities } from '../../core/capabilities.ts';
import type { PublicModel } from '../../core/ports.ts';
import { writeTerms } from '../../core/price-terms.ts';
import type { RoutingEntries, RoutingEntry } from '../../core/routing-entries.ts';
import type * as contract from '../contract/models.ts';
import { isoTime } from '../times.ts';
import { showOrigin } from './show-origin.ts';
import { showTarget, type TargetParts } from './show-target.ts';

export interface ModelShowParts extends TargetParts {
  readonly models: () => readonly PublicModel[];
  readonly origins: () => Origins;
  readonly problems: () => readonly StoredProblem[];
}

type Traffic = ReadonlyMap<string, contract.ModelTraffic>;

/** All that are in use, then those that are not. */
export function showModels(
  parts: ModelShowParts,
  { entries }: RoutingEntries,
  traffic: Traffic | undefined,
): contract.Model[] {
  const rows = new Map(entries.filter(({ kind }) => kind === 'model').map((row) => [row.name, row]));
  const used = parts.models();
  const known = new Set(used.map(({ name }) => name));
  const unused = [...rows.values()].filter(({ name }) => !known.has(name));
  return [
    ...used.map((model) => showModel(model, rows.get(model.name), parts, traffic)),
    ...unused.map((row) => showUnused(row, parts)),
  ];
}

function showModel(
  model: PublicModel,
  row: RoutingEntry | undefined,
  parts: ModelShowParts,
  traffic: Traffic | undefined,
): contract.Model {
  const { name } = model;
  return {
    name,
    strategy: model.strategy,
    route: model.route.map((group) => group.map((target) => showTarget(target, parts))),
    price: model.price
      ? { version: model.price.version, terms: JSON.parse(writeTerms(model.price)) as unknown }
      : null,
    context_window: model.contextWindow ?? null,
    max_output_tokens: model.maxOutputTokens ?? null,
    ...showOrigin({ kind: 'model', name }, parts.origins().models.get(name), row, parts.problems()),
    entry: row ? (row.entry as contract.Model['entry']) : null,
    takes: takenBy(model, parts),
    traffic: traffic ? (traffic.get(name) ?? { requests: 0, errors: 0, p50_ms: null }) : null,
    created_at: isoTime(model.created * 1000),
  };
}

function showUnused(row: RoutingEntry, parts: ModelShowParts): contract.Model {
  const { name } = row;
  const entry = row.entry as unknown as Omit<contract.NewModel, 'name'>;
  const target = (each: contract.RouteTarget) =>
    showTarget({ provider: each.provider, model: each.model ?? name, weight: each.weight ?? 1 }, parts);
  return {
    name,
    strategy: entry.strategy ?? 'weighted',
    route: (entry.route ?? []).map((group) => group.map(target)),
    price: null,
    context_window: entry.context_window ?? null,
    max_output_tokens: entry.max_output_tokens ?? null,
    ...showOrigin({ kind: 'model', name }, undefined, row, parts.problems()),
    entry,
    takes: { images: false, audio: false, files: false, tools: false, json_schema: false },
    traffic: null,
    created_at: isoTime(row.createdAt),
  };
}

/** What some target can do; what nobody says is taken for granted. */
function takenBy({ route, capabilities }: PublicModel, { providers }: TargetParts): contract.Model['takes'] {
  const targets = route.flat().map(
    ({ provider }): Partial<ProviderCapabilities> => ({
      ...(providers.provider(provider)?.capabilities ?? capabilitiesOf({})),
      ...capabilities,
    }),
  );
  const can = (name: 'images' | 'audio' | 'files' | 'tools' | 'jsonSchema') =>
    targets.some((target) => target[name] !== false);
  return {
    images: can('images'),
    audio: can('audio'),
    files: can('files'),
    tools: can('tools'),
    json_schema: can('jsonSchema'),
  };
}
