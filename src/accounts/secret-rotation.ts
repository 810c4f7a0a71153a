// Encrypts every stored secret anew under another master key. At every moment each secret opens with a key that is on
// the disk: the new key is there before the database has it, the old one until the database has let go of it and the
// new state was read back. The caller holds the lock that keeps two rotations of one data folder apart.
import { randomBytes } from 'node:crypto';
import { masterKeyBytes } from '../core/master-key.ts';
import type { SealedSecret, SealedSecrets } from '../core/secrets.ts';
import { StoreError } from '../core/store.ts';
import { type SecretStorePorts, withRetries } from './secret-admin.ts';
import { createMasterKey, type MasterKey } from './secret-box.ts';
import { type KeyRing, readKeyRing } from './secret-keys.ts';

/** Told after each step, so that a test can end the process there. */
export type RotationStep = 'next-key-written' | 'committed' | 'read-back' | 'key-file-replaced';

export type Rotation =
  | { readonly outcome: 'rotated'; readonly count: number; readonly from: string; readonly keyId: string }
  /** There are no secrets, so no key has to be changed. */
  | { readonly outcome: 'nothing-stored' }
  /** The key of the environment encrypts them all already. */
  | { readonly outcome: 'already'; readonly count: number; readonly keyId: string }
  /** Nothing was changed: these cannot be decrypted. */
  | { readonly outcome: 'unreadable'; readonly names: readonly string[] };

/** Throws StoreError, SecretKeyError; then everything opens as before. */
export async function rotateMasterKey(
  ports: SecretStorePorts,
  onStep: (step: RotationStep) => void = () => undefined,
): Promise<Rotation> {
  await finishRotation(ports);
  const { files } = ports.keys;
  const ring = readKeyRing(ports.keys);
  if (ring.fromEnvironment) return await sealAnew(ports, ring, ring.fromEnvironment, onStep);

  const before = await ports.reader.sealedSecrets();
  const refusal = whyNot(before, ring);
  if (refusal) return refusal;
  const bytes = randomBytes(masterKeyBytes);
  files.writeNext(bytes);
  onStep('next-key-written');
  const rotation = await sealAnew(ports, ring, createMasterKey(bytes), onStep);
  if (rotation.outcome !== 'rotated') {
    // Nothing was committed under it.
    files.removeNext();
    return rotation;
  }
  files.promoteNext();
  onStep('key-file-replaced');
  return rotation;
}

/** What a rotation that was broken off has left: its key takes its place if secrets need it, and goes otherwise. */
export async function finishRotation({ reader, keys }: SecretStorePorts): Promise<void> {
  const { next } = readKeyRing(keys);
  if (!next) return;
  const { secrets, keyId } = await reader.sealedSecrets();
  const needed = keyId === next.id || secrets.some((secret) => secret.keyId === next.id);
  if (needed) keys.files.promoteNext();
  else keys.files.removeNext();
}

async function sealAnew(
  { reader, writer, nextRevision }: SecretStorePorts,
  ring: KeyRing,
  key: MasterKey,
  onStep: (step: RotationStep) => void,
): Promise<Rotation> {
  return await withRetries(async (): Promise<Rotation | undefined> => {
    const sealed = await reader.sealedSecrets();
    const refusal = whyNot(sealed, ring);
    if (refusal) return refusal;
    const old = sealed.secrets.filter(({ keyId }) => keyId !== key.id);
    if (old.length === 0) return { outcome: 'already', count: sealed.secrets.length, keyId: key.id };
    const put = old.map((secret): SealedSecret => {
      const opened = ring.open(secret);
      if (!('text' in opened)) throw new StoreError('store_failed', `\`${secret.name}\` does not open.`);
      return { ...secret, keyId: key.id, ...key.seal(secret.name, opened.text) };
    });
    const change = { seen: sealed.revision, revision: nextRevision(), keyId: key.id, put, remove: [] };
    if (!(await writer.changeSecrets(change))) return undefined;
    onStep('committed');
    readBack(await reader.sealedSecrets(), key);
    onStep('read-back');
    return { outcome: 'rotated', count: old.length, from: old[0]?.keyId ?? '', keyId: key.id };
  });
}

function whyNot({ secrets }: SealedSecrets, ring: KeyRing): Rotation | undefined {
  if (secrets.length === 0) return { outcome: 'nothing-stored' };
  const names = secrets.filter((secret) => !('text' in ring.open(secret))).map(({ name }) => name);
  return names.length > 0 ? { outcome: 'unreadable', names } : undefined;
}

/** Before the old key goes. Secrets that another process stored meanwhile are under the new key, too. */
function readBack({ secrets }: SealedSecrets, key: MasterKey): void {
  const closed = secrets.filter((secret) => key.open(secret.name, secret) === undefined);
  if (closed.length === 0) return;
  throw new StoreError(
    'store_failed',
    `Encrypted anew, but ${closed.map(({ name }) => `\`${name}\``).join(', ')} did not open under the new key. Both keys were kept; run \`tollgate doctor\`.`,
  );
}
