// What LiteLLM's router is told: strategy, retries, time limits, fallbacks and aliases. Of two sections that say the same
// `router_settings` wins, as it does in LiteLLM.
import type { Strategy } from '../../routing/strategies.ts';
import type { TollgateYaml } from '../schema.ts';
import { durationText } from './duration-text.ts';
import type { Notebook } from './notes.ts';
import { isSet, type Members, membersOf, numberOf, textOf } from './source.ts';

export interface RouterPolicy {
  /** `undefined` = weighted, which is the default of both. */
  readonly strategy: Strategy | undefined;
  readonly retries: number | undefined;
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly streamTimeout: number | undefined;
  /** By public name: whom to ask next, in order. */
  readonly fallbacks: ReadonlyMap<string, readonly string[]>;
  readonly defaultFallbacks: readonly string[];
  /** Further public names: alias to name. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Where fallbacks and aliases stand. */
  readonly fallbacksPath: string;
  readonly aliasesPath: string;
  readonly server: NonNullable<TollgateYaml['server']>;
  /** Paths of the settings that are carried over, or noted already. */
  readonly read: ReadonlySet<string>;
}

export function readRouter(content: Members, notebook: Notebook): RouterPolicy {
  const read = new Set<string>();
  /** The stated value of a setting and its path. */
  const find = (...keys: string[]): { readonly value: unknown; readonly path: string } | undefined => {
    const found = ['router_settings', 'litellm_settings'].flatMap((section) =>
      keys.flatMap((key) => {
        const value = membersOf(content[section])?.[key];
        if (!isSet(value)) return [];
        read.add(`${section}.${key}`);
        return [{ value, path: `${section}.${key}` }];
      }),
    );
    return found[0];
  };
  const number = (...keys: string[]): number | undefined => {
    const found = find(...keys);
    const value = found && numberOf(found.value);
    if (found && value === undefined) {
      notebook.lost(
        found.path,
        'This is no number. Numbers cannot come from the environment either: write it into the file.',
      );
    }
    return value;
  };
  const fallbacks = new Map<string, readonly string[]>();
  const named = find('fallbacks');
  for (const rule of asList(named?.value)) {
    for (const [name, others] of Object.entries(membersOf(rule) ?? {})) {
      fallbacks.set(name, namesIn(others, `${named?.path}.${name}`, notebook));
    }
  }
  const byDefault = find('default_fallbacks');
  const aliased = find('model_group_alias');
  const retries = number('num_retries');
  if (retries !== undefined && retries > 0) {
    notebook.changed(
      find('num_retries')?.path ?? '',
      'Targets are asked again only within `retry: { deadline: 5s }` of the first attempt: set a longer one where waiting helps.',
    );
  }
  return {
    strategy: strategyOf(find('routing_strategy'), notebook),
    retries,
    timeout: number('timeout', 'request_timeout'),
    streamTimeout: number('stream_timeout'),
    fallbacks,
    defaultFallbacks: [
      ...(fallbacks.get('*') ?? []),
      ...namesIn(byDefault?.value, byDefault?.path ?? '', notebook),
    ],
    aliases: aliasesOf(aliased, notebook),
    fallbacksPath: named?.path ?? byDefault?.path ?? 'router_settings.fallbacks',
    aliasesPath: aliased?.path ?? 'router_settings.model_group_alias',
    server: serverOf(content, number, find, read, notebook),
    read,
  };
}

type Found = { readonly value: unknown; readonly path: string } | undefined;

const asList = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : isSet(value) ? [value] : [];

/** Fallbacks are names, or blocks with a name and a prompt of their own. */
function namesIn(value: unknown, path: string, notebook: Notebook): string[] {
  return asList(value).flatMap((each) => {
    const block = membersOf(each);
    if (block && Object.keys(block).some((key) => key !== 'model')) {
      notebook.lost(
        path,
        'A fallback gets the client’s request as it is; what the block says besides `model` is left out.',
      );
    }
    const name = textOf(block ? block.model : each);
    return name === undefined ? [] : [name];
  });
}

function strategyOf(found: Found, notebook: Notebook): Strategy | undefined {
  if (!found) return undefined;
  switch (found.value) {
    case 'simple-shuffle':
      return undefined;
    case 'latency-based-routing':
      return 'least-latency';
    case 'cost-based-routing':
      return 'lowest-cost';
    case 'least-busy':
      notebook.changed(
        found.path,
        '`least-latency` is nearest: it goes by the requests under way and by how fast the target is.',
      );
      return 'least-latency';
    case 'usage-based-routing':
    case 'usage-based-routing-v2':
      notebook.changed(
        found.path,
        'Tollgate does not count usage by the minute: targets are drawn by weight.',
      );
      return undefined;
    default:
      notebook.lost(found.path, 'Tollgate has no such strategy: targets are drawn by weight.');
      return undefined;
  }
}

function aliasesOf(found: Found, notebook: Notebook): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const [alias, value] of Object.entries(membersOf(found?.value) ?? {})) {
    const block = membersOf(value);
    const name = textOf(block ? block.model : value);
    if (name === undefined) continue;
    aliases.set(alias, name);
    if (block?.hidden === true) {
      notebook.changed(`${found?.path}.${alias}`, 'There are no hidden models: `GET /v1/models` lists it.');
    }
  }
  return aliases;
}

function serverOf(
  content: Members,
  number: (...keys: string[]) => number | undefined,
  find: (...keys: string[]) => Found,
  read: Set<string>,
  notebook: Notebook,
): NonNullable<TollgateYaml['server']> {
  const allowedFails = number('allowed_fails');
  const cooldown = number('cooldown_time');
  const off = find('disable_cooldowns')?.value === true;
  const open = cooldown === undefined ? undefined : durationText(cooldown);
  const breaker = {
    // LiteLLM leaves a deployment alone when it fails more often than allowed.
    ...(allowedFails === undefined
      ? {}
      : { failures: Math.min(1000, Math.max(1, Math.floor(allowedFails) + 1)) }),
    ...(open === undefined ? {} : { open }),
  };
  if (allowedFails !== undefined && !off) {
    notebook.changed(
      find('allowed_fails')?.path ?? '',
      'LiteLLM counts failures within a minute, the circuit breaker failures in a row. Rate limits and refused requests do not count.',
    );
  }
  const largest = numberOf(membersOf(content.general_settings)?.max_request_size_mb);
  const fits = largest !== undefined && largest >= 1 && largest <= 1024;
  if (fits) read.add('general_settings.max_request_size_mb');
  return {
    ...(fits ? { body_limit: `${Math.floor(largest)}MiB` } : {}),
    ...(off
      ? { circuit_breaker: 'off' as const }
      : Object.keys(breaker).length > 0
        ? { circuit_breaker: breaker }
        : {}),
  };
}
