// What the actions of `tollgate secrets` work with: the store, the keys, and what tollgate.yaml makes of them.
import type { SecretStorePorts } from '../../accounts/secret-admin.ts';
import { createSecretReader } from '../../accounts/secrets.ts';
import type { Environment } from '../../config/env.ts';
import { createIdSource, systemClock } from '../../core/clock.ts';
import type { RoutingReader } from '../../core/routing-entries.ts';
import { noSecrets, type SecretReader } from '../../core/secrets.ts';
import type { Store } from '../../core/store.ts';
import { secretKeysOf } from '../../gateway/stored-secrets.ts';
import { mayHaveStore, openToolStore } from '../../store/open.ts';

/** What administrators made, for commands that work without a gateway. Makes no SQLite store. */
export function storedOfDataFolder(environment: Environment): Pick<RoutingReader, 'routing'> {
  return {
    async routing() {
      if (!mayHaveStore(environment)) return { generation: 0, entries: [] };
      await using store = await openToolStore(environment, { clock: systemClock });
      return await store.admin.routingReader.routing();
    },
  };
}

export function secretPorts(store: Store, environment: Environment): SecretStorePorts {
  return {
    reader: store.secretReader,
    writer: store.secretWriter,
    keys: secretKeysOf(environment),
    clock: systemClock,
    nextRevision: createIdSource('rev_', systemClock),
  };
}

/** For commands that resolve tollgate.yaml without a gateway. Opens the store for the moment of reading, makes no SQLite one. */
export function secretsOfDataFolder(environment: Environment): SecretReader {
  const isThere = () => mayHaveStore(environment);
  async function ask<T>(question: (reader: SecretReader) => Promise<T>): Promise<T> {
    await using store = await openToolStore(environment, { clock: systemClock });
    return await question(createSecretReader(store.secretReader, secretKeysOf(environment)));
  }
  return {
    read: async () => (isThere() ? await ask((reader) => reader.read()) : noSecrets),
    version: async () => (isThere() ? await ask((reader) => reader.version()) : ''),
  };
}
