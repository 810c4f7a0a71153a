// Storing and removing secrets, for the command line and the admin API. A change is worked out from what was read and
// made only if nobody else changed something meanwhile; otherwise it is worked out again.
import type { Clock, IdSource } from '../core/clock.ts';
import type { SealedSecret, SecretStoreReader, SecretStoreWriter } from '../core/secrets.ts';
import { StoreError } from '../core/store.ts';
import { keyToSealWith, makeKeyFile, type SecretKeySettings } from './secret-keys.ts';
import { readAtOnce } from './secrets.ts';

export interface SecretStorePorts {
  readonly reader: SecretStoreReader;
  readonly writer: SecretStoreWriter;
  readonly keys: SecretKeySettings;
  readonly clock: Clock;
  /** Never gives the same twice. */
  readonly nextRevision: IdSource;
}

export type SetOutcome =
  | { readonly outcome: 'stored' | 'replaced'; readonly keyFile?: string }
  /** Nothing was stored: these cannot be decrypted with the keys at hand, so the key may be the wrong one. */
  | { readonly outcome: 'wrong-key'; readonly unreadable: readonly string[] };

const mostAttempts = 20;

const longestValue = 16_384;

/** What is wrong with a value, or `undefined`. Does not repeat it. Secrets travel in headers. */
export function secretValueProblem(value: string): string | undefined {
  if (value === '') return 'the value is empty.';
  if (value.length > longestValue) return `the value has more than ${longestValue} characters.`;
  if (/[\r\n]/.test(value)) return 'the value has more than one line; a key has one.';
  if (!/^[\x20-\x7e]+$/.test(value)) {
    return 'the value holds a control character or one outside ASCII, which no key has. Check how it was copied.';
  }
  return undefined;
}

/**
 * Stores `value` under `name`, in the place of what stood there, and makes the first master key if there is none.
 * `force`: also when other secrets cannot be decrypted. Throws StoreError, SecretKeyError.
 */
export async function setSecret(
  ports: SecretStorePorts,
  { name, value, force }: { readonly name: string; readonly value: string; readonly force: boolean },
): Promise<SetOutcome> {
  return await withRetries(async () => {
    const { sealed, ring } = await readAtOnce(ports.reader, ports.keys);
    const others = sealed.secrets.filter((secret) => secret.name !== name);
    const unreadable = others.filter((secret) => !('text' in ring.open(secret))).map((secret) => secret.name);
    if (unreadable.length > 0 && !force) return { outcome: 'wrong-key', unreadable };
    const known = keyToSealWith(ring, sealed.keyId);
    const key = known ?? makeKeyFile(ports.keys.files);
    const before = sealed.secrets.find((secret) => secret.name === name);
    const now = ports.clock.now();
    const secret: SealedSecret = {
      name,
      keyId: key.id,
      ...key.seal(name, value),
      createdAt: before?.createdAt ?? now,
      updatedAt: now,
    };
    const changed = await ports.writer.changeSecrets({
      seen: sealed.revision,
      revision: ports.nextRevision(),
      keyId: key.id,
      put: [secret],
      remove: [],
    });
    if (!changed) return undefined;
    return { outcome: before ? 'replaced' : 'stored', ...(known ? {} : { keyFile: key.source }) };
  });
}

/** `false` if there is none of this name. Needs no master key. Throws StoreError. */
export async function removeSecret(ports: SecretStorePorts, name: string): Promise<boolean> {
  return await withRetries(async () => {
    const { revision, keyId, secrets } = await ports.reader.sealedSecrets();
    if (!secrets.some((secret) => secret.name === name)) return false;
    const change = { seen: revision, revision: ports.nextRevision(), keyId, put: [], remove: [name] };
    return (await ports.writer.changeSecrets(change)) ? true : undefined;
  });
}

/** Until the attempt was not overtaken by another process. */
export async function withRetries<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let round = 0; round < mostAttempts; round++) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new StoreError(
    'store_failed',
    'The stored secrets are being changed by other processes all the time. Nothing was changed here; try again.',
  );
}
