// Stored secrets in the clear: for the configuration, which uses them, and for listings, which show their last
// characters. Knows no SQL. No sentence made here holds a value.
import type {
  SealedSecret,
  SealedSecrets,
  SecretReader,
  SecretStoreReader,
  SecretValue,
} from '../core/secrets.ts';
import { type KeyRing, type Opened, readKeyRing, type SecretKeySettings } from './secret-keys.ts';

export interface SecretListing {
  readonly name: string;
  /** `…wxyz`, or `…` alone where so much would tell too much, or it cannot be decrypted. */
  readonly preview: string;
  /** Unix ms. */
  readonly createdAt: number;
  /** Unix ms. */
  readonly updatedAt: number;
  /** Fingerprint of the master key it is encrypted under. */
  readonly keyId: string;
  /** Why it cannot be decrypted, and what to do. */
  readonly unreadable?: string;
}

export interface SecretsAndKeys {
  readonly sealed: SealedSecrets;
  readonly ring: KeyRing;
}

const mostReadings = 10;

/** Secrets and keys that belong together: between the two readings a rotation may have changed both. */
export async function readAtOnce(
  store: SecretStoreReader,
  settings: SecretKeySettings,
): Promise<SecretsAndKeys> {
  let sealed = await store.sealedSecrets();
  for (let round = 1; ; round++) {
    const ring = readKeyRing(settings);
    const allOpen = sealed.secrets.every((secret) => 'text' in ring.open(secret));
    if (allOpen || round === mostReadings) return { sealed, ring };
    const now = await store.sealedSecrets();
    if (now.revision === sealed.revision) return { sealed, ring };
    sealed = now;
  }
}

export function createSecretReader(store: SecretStoreReader, settings: SecretKeySettings): SecretReader {
  return {
    read: async () => {
      const { sealed, ring } = await readAtOnce(store, settings);
      const values = new Map(sealed.secrets.map((secret) => [secret.name, toValue(secret, ring)]));
      return { secret: (name) => values.get(name), names: () => [...values.keys()] };
    },
    version: async () => `${await store.secretsRevision()} ${settings.files.version()}`,
  };
}

export async function listSecrets(
  store: SecretStoreReader,
  settings: SecretKeySettings,
): Promise<readonly SecretListing[]> {
  const { sealed, ring } = await readAtOnce(store, settings);
  return sealed.secrets.map((secret) => {
    const { name, createdAt, updatedAt, keyId } = secret;
    const value = toValue(secret, ring);
    const common = { name, createdAt, updatedAt, keyId };
    if ('unreadable' in value) return { ...common, preview: '…', unreadable: value.unreadable };
    return { ...common, preview: previewOf(value.value) };
  });
}

/** The last four of 20 characters and more, as everywhere. */
export function previewOf(value: string): string {
  return value.length >= 20 ? `…${value.slice(-4)}` : '…';
}

function toValue(secret: SealedSecret, ring: KeyRing): SecretValue {
  const opened = ring.open(secret);
  return 'text' in opened ? { value: opened.text } : { unreadable: sentenceFor(secret, opened.why, ring) };
}

type Why = Extract<Opened, { why: string }>['why'];

function sentenceFor({ name, keyId }: SealedSecret, why: Why, { keys, problems }: KeyRing): string {
  const again = `or store it anew: \`tollgate secrets set ${name}\``;
  const files = problems.map((problem) => ` ${problem}`).join('');
  switch (why) {
    case 'damaged':
      return `The stored secret \`${name}\` cannot be decrypted: its row in the database was changed or damaged. Restore the database from a backup, ${again}.`;
    case 'no-key':
      return `The stored secret \`${name}\` cannot be decrypted: there is no master key, neither in TOLLGATE_SECRET_KEY nor as secret.key in the data folder.${files} Bring back the key with the fingerprint ${keyId}, ${again}.`;
    case 'other-key': {
      const present = keys.map(({ id, source }) => `${source} has ${id}`).join(', ');
      return `The stored secret \`${name}\` cannot be decrypted: it was encrypted under another master key. It needs the key with the fingerprint ${keyId}; ${present}.${files} Bring back that key, ${again}.`;
    }
  }
}
