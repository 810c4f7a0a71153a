// A provider as the admin API shows it, also one that an administrator made and that is not in use. Of credentials only what may
// be shown: their last characters.
import { credentialId, credentialsIn, shownEntry } from '../../accounts/provider-credentials.ts';
import { previewOf } from '../../accounts/secrets.ts';
import type { ProviderDefinition } from '../../config/providers.ts';
import type { Secret } from '../../config/secret.ts';
import type { RoutingEntries, RoutingEntry } from '../../core/routing-entries.ts';
import type * as contract from '../contract/providers.ts';
import { isoTime } from '../times.ts';
import type { ModelShowParts } from './show-model.ts';
import { showOrigin } from './show-origin.ts';
import { showTarget } from './show-target.ts';

export interface ProviderShowParts extends ModelShowParts {
  readonly definitions: () => readonly ProviderDefinition[];
}

/** All that are in use, then those that are not. */
export function showProviders(parts: ProviderShowParts, { entries }: RoutingEntries): contract.Provider[] {
  const rows = new Map(entries.filter(({ kind }) => kind === 'provider').map((row) => [row.name, row]));
  const used = parts.definitions();
  const known = new Set(used.map(({ name }) => name));
  const shown = used.map((definition) => {
    const row = rows.get(definition.name);
    const isStored = parts.origins().providers.get(definition.name)?.source === 'admin';
    return showProvider(definition, isStored ? row : undefined, parts, row);
  });
  const unused = [...rows.values()].filter(({ name }) => !known.has(name));
  return [...shown, ...unused.map((row) => showUnused(row, parts))];
}

/** `row`: what it was made of. `shadowed`: what an administrator made under the same name, in use or not. */
function showProvider(
  definition: ProviderDefinition,
  row: RoutingEntry | undefined,
  parts: ProviderShowParts,
  shadowed: RoutingEntry | undefined,
): contract.Provider {
  const { name } = definition;
  const models = parts.models().filter(({ route }) => route.flat().some(({ provider }) => provider === name));
  const targets = new Map(
    models
      .flatMap(({ route }) => route.flat())
      .filter(({ provider }) => provider === name)
      .map((target) => [target.model, target]),
  );
  const served = definition.type === 'local' ? undefined : definition;
  return {
    name,
    type: definition.type,
    base_url: served?.baseUrl ?? null,
    preset: textOf(row?.entry.preset),
    region: served?.region ?? null,
    api_version: served?.apiVersion ?? null,
    credentials: credentialsOf(definition),
    secrets: row ? storedSecrets(row, parts) : configuredSecrets(definition, parts),
    unavailable: parts.providers.provider(name)?.unavailable()?.reason ?? null,
    models: models.map((model) => model.name),
    targets: [...targets.values()].map((target) => showTarget(target, parts)),
    ...showOrigin(
      { kind: 'provider', name },
      parts.origins().providers.get(name),
      shadowed,
      parts.problems(),
    ),
    entry: row ? shownEntry(row) : null,
  };
}

function showUnused(row: RoutingEntry, parts: ProviderShowParts): contract.Provider {
  const { name } = row;
  return {
    name,
    type: textOf(row.entry.type) ?? '',
    base_url: textOf(row.entry.base_url),
    preset: textOf(row.entry.preset),
    region: textOf(row.entry.region),
    api_version: textOf(row.entry.api_version),
    credentials: 0,
    secrets: storedSecrets(row, parts),
    unavailable: null,
    models: [],
    targets: [],
    ...showOrigin({ kind: 'provider', name }, undefined, row, parts.problems()),
    entry: shownEntry(row),
  };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : null);

function credentialsOf(definition: ProviderDefinition): number {
  if (definition.type === 'local') return 0;
  if (definition.apiKeys) return definition.apiKeys.length;
  return definition.apiKey || definition.credentials ? 1 : 0;
}

function storedSecrets(row: RoutingEntry, parts: ProviderShowParts): contract.ShownCredential[] {
  const states = parts.providers.provider(row.name)?.credentialStates?.() ?? [];
  const weights = (row.entry.api_keys ?? []) as readonly { weight?: number }[];
  return [...credentialsIn(row.entry)].map(([field, secret]) => {
    const index = indexOf(field);
    const known = row.secrets[secret];
    return {
      id: credentialId(secret),
      field,
      preview: known?.preview ?? '…',
      weight: index === undefined ? null : (weights[index]?.weight ?? 1),
      set_at: known && known.setAt > 0 ? isoTime(known.setAt) : null,
      resting: restOf(states, index),
    };
  });
}

function configuredSecrets(
  definition: ProviderDefinition,
  parts: ProviderShowParts,
): contract.ShownCredential[] {
  if (definition.type === 'local') return [];
  const states = parts.providers.provider(definition.name)?.credentialStates?.() ?? [];
  const shown = (field: string, secret: Secret, weight: number | null = null) => ({
    id: null,
    field,
    // Of keys that cannot be decrypted a mark stands here, which is no key.
    preview: definition.unusable === undefined ? previewOf(secret.reveal()) : '…',
    weight,
    set_at: null,
    resting: restOf(states, indexOf(field)),
  });
  const { apiKey, apiKeys = [], credentials, headers } = definition;
  return [
    ...(apiKey ? [shown('api_key', apiKey)] : []),
    ...apiKeys.map(({ key, weight }, index) => shown(`api_keys[${index}]`, key, weight)),
    ...(credentials
      ? [
          shown('access_key_id', credentials.accessKeyId),
          shown('secret_access_key', credentials.secretAccessKey),
          ...(credentials.sessionToken ? [shown('session_token', credentials.sessionToken)] : []),
        ]
      : []),
    ...Object.entries(headers).map(([name, value]) => shown(`headers.${name}`, value)),
  ];
}

function indexOf(field: string): number | undefined {
  const [, index] = /^api_keys\[(\d+)\]$/.exec(field) ?? [];
  return index === undefined ? undefined : Number(index);
}

function restOf(
  states: readonly { readonly resting: readonly { model: string; forMs: number; reason: string }[] }[],
  index: number | undefined,
) {
  const resting = index === undefined ? [] : (states[index]?.resting ?? []);
  return resting.map(({ model, forMs, reason }) => ({ model, for_ms: Math.ceil(forMs), reason }));
}
