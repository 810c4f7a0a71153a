// The rules of providers and models that administrators make, put together: what an entry may say is checked as tollgate.yaml is,
// where file and environment have a name they win, and addresses that lead where no model is are refused.
import { isIP } from 'node:net';
import { createModelAdmin, type ModelAdmin } from '../../accounts/model-admin.ts';
import { createProviderAdmin, type ProviderAdmin } from '../../accounts/provider-admin.ts';
import { invalid } from '../../accounts/routing-change.ts';
import type { SecretStorePorts } from '../../accounts/secret-admin.ts';
import type { Origin, Origins } from '../../config/origin.ts';
import type { ProviderDefinition } from '../../config/providers.ts';
import { type EntryProblem, readModelEntry, readProviderEntry } from '../../config/read-entry.ts';
import type { StoredProblem } from '../../config/stored-entries.ts';
import { type Clock, createIdSource } from '../../core/clock.ts';
import type { RoutingEntry, RoutingReader, RoutingWriter } from '../../core/routing-entries.ts';
import { noSecrets, type SecretReader } from '../../core/secrets.ts';
import { isForbidden, isPrivate } from '../../providers/address-guard.ts';

export interface RoutingParts {
  readonly origins: () => Origins;
  /** Entries that are not in use, or not as they were written. */
  readonly problems: () => readonly StoredProblem[];
  /** `console.private_upstreams` is `false`: at public addresses only. */
  readonly publicOnly: () => boolean;
  readonly secrets: SecretReader;
  readonly secretStore: SecretStorePorts;
  /** Makes this node take over what was changed. */
  readonly takeOver: () => Promise<void>;
}

export interface RoutingRules {
  readonly providers: ProviderAdmin;
  readonly models: ModelAdmin;
  /** A provider that is not stored: as it would be called. Throws TollgateError. */
  draft(entry: object): ProviderDefinition;
}

export function createRoutingRules(
  parts: RoutingParts & {
    readonly store: { readonly routingReader: RoutingReader; readonly routingWriter: RoutingWriter };
    readonly clock: Clock;
  },
): RoutingRules {
  const { clock } = parts;
  const { routingReader: reader, routingWriter: writer } = parts.store;
  const common = { reader, writer, clock, changed: parts.takeOver };

  async function definitionOf(name: string, entry: object): Promise<ProviderDefinition> {
    const refers = JSON.stringify(entry).includes('${secret:');
    return checked(name, entry, refers ? await parts.secrets.read() : noSecrets, parts.publicOnly());
  }

  const providers = createProviderAdmin({
    ...common,
    secrets: parts.secretStore,
    nextSecretId: createIdSource('c', clock),
    elsewhere: (name) => elsewhere('provider', parts.origins().providers.get(name)),
    check: async (name, entry) => void (await definitionOf(name, entry)),
    addressOf: async (name, entry) => {
      const read = readProviderEntry(name, entry, { secrets: await parts.secrets.read() });
      return 'content' in read && read.content.type !== 'local'
        ? new URL(read.content.baseUrl).origin
        : undefined;
    },
  });
  const models = createModelAdmin({
    ...common,
    elsewhere: (name) => elsewhere('model', parts.origins().models.get(name)),
    inFile: (name) => parts.origins().models.get(name)?.source === 'config',
    check: (name, entry, { entries }) => {
      const stored = entries.filter(({ kind }) => kind === 'provider').map((each) => each.name);
      const read = readModelEntry(name, entry, {
        providers: new Set([...parts.origins().providers.keys(), ...stored]),
      });
      if ('problems' in read) throw problemError(read.problems);
    },
  });
  return { providers, models, draft: (entry) => checked('new', entry, noSecrets, parts.publicOnly()) };
}

function checked(
  name: string,
  entry: object,
  secrets: typeof noSecrets,
  publicOnly: boolean,
): ProviderDefinition {
  const read = readProviderEntry(name, entry, { secrets });
  if ('problems' in read) throw problemError(read.problems);
  if (read.content.type === 'local') return read.content;
  requireAddress(read.content.baseUrl, publicOnly);
  return publicOnly ? { ...read.content, publicOnly } : read.content;
}

/** Names are looked at when they are resolved (providers/address-guard.ts); here are those that are no names. */
function requireAddress(baseUrl: string, publicOnly: boolean): void {
  const host = new URL(baseUrl).hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(host);
  if (publicOnly && ((family !== 0 && isPrivate(host, family)) || /(?:^|\.)localhost$/.test(host))) {
    throw invalid(
      'base_url',
      'it is a private address, which `console.private_upstreams: false` in tollgate.yaml leaves to the file.',
    );
  }
  if (family === 0 || !isForbidden(host, family)) return;
  throw invalid('base_url', 'it is a link-local, metadata or multicast address, where no model is served.');
}

/** The first; the others are told once it is mended. */
function problemError([problem]: readonly EntryProblem[]) {
  const { param = '', message = 'it is not usable.' } = problem ?? {};
  const reason = message
    .replace(/^(?:This|`[^`]+`) must be /, 'it must be ')
    .replace(/^`[^`]*` needs /, 'it needs ');
  return invalid(param, reason.charAt(0).toLowerCase() + reason.slice(1));
}

function elsewhere(kind: RoutingEntry['kind'], origin: Origin | undefined): string | undefined {
  switch (origin?.source) {
    case 'config': {
      const line = origin.place ? `, line ${origin.place.line}` : '';
      return `It stands in ${origin.place?.file ?? 'tollgate.yaml'}${line}, and is changed there: the gateway takes the file over within two seconds.`;
    }
    case 'environment':
      return 'It is there because its key is in the environment of the gateway, and is changed there.';
    case 'built-in':
      return kind === 'provider'
        ? 'It is the embedded model, which comes with the gateway; TOLLGATE_LOCAL_MODEL chooses which.'
        : 'It came with the gateway. Make a model of the same name to replace it.';
    default:
      return undefined;
  }
}
