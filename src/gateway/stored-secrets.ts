// What the configuration takes from the store: what administrators made, and stored secrets, their ciphertext opened with the master keys of environment and data folder.
// A part of the composition root; knows nothing of who uses them.
import { type SecretKeySettings, secretKeySettings } from '../accounts/secret-keys.ts';
import { createSecretReader } from '../accounts/secrets.ts';
import type { Environment } from '../config/env.ts';
import type { RoutingReader } from '../core/routing-entries.ts';
import type { SecretReader, SecretStoreReader } from '../core/secrets.ts';
import type { Store } from '../core/store.ts';

/** Stored secrets, decrypted with the keys of the environment and the data folder. `openStore` is called if need be. */
export function storedSecrets(environment: Environment, openStore: () => Promise<Store>): SecretReader {
  const store: SecretStoreReader = {
    sealedSecrets: async () => (await openStore()).secretReader.sealedSecrets(),
    secretsRevision: async () => (await openStore()).secretReader.secretsRevision(),
  };
  return createSecretReader(store, secretKeysOf(environment));
}

/** What administrators made. `openStore` is called if need be. */
export function storedRouting(openStore: () => Promise<Store>): RoutingReader {
  return {
    routing: async () => (await openStore()).admin.routingReader.routing(),
    routingGeneration: async () => (await openStore()).admin.routingReader.routingGeneration(),
  };
}

/** Where the master key is looked for. */
export function secretKeysOf(environment: Environment): SecretKeySettings {
  const { dataFolder: folder, secretKey, previousSecretKey } = environment;
  return secretKeySettings({ folder, key: secretKey?.reveal(), previous: previousSecretKey?.reveal() });
}
