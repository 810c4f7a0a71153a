// Which master keys are at hand, and which of them a secret opens with: those of the environment, and those of the data
// folder's files. Knows no store.
import { randomBytes } from 'node:crypto';
import { masterKeyBytes, parseMasterKey } from '../core/master-key.ts';
import type { SealedSecret } from '../core/secrets.ts';
import { createMasterKey, type MasterKey } from './secret-box.ts';
import { SecretKeyError, type SecretKeyFiles, secretKeyFiles } from './secret-key-file.ts';

export interface SecretKeySettings {
  readonly files: SecretKeyFiles;
  /** TOLLGATE_SECRET_KEY, 32 bytes; wins over the files. */
  readonly fromEnvironment: Uint8Array | undefined;
  /** TOLLGATE_SECRET_KEY_PREVIOUS: opens only, while secrets are encrypted anew. */
  readonly previous: Uint8Array | undefined;
}

/** `key` and `previous` are texts that were checked when they were read. */
export function secretKeySettings(options: {
  readonly folder: string;
  readonly key: string | undefined;
  readonly previous: string | undefined;
}): SecretKeySettings {
  return {
    files: secretKeyFiles(options.folder),
    fromEnvironment: bytesOf(options.key),
    previous: bytesOf(options.previous),
  };
}

function bytesOf(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  const parsed = parseMasterKey(text, 'The master key');
  if ('problem' in parsed) throw new SecretKeyError(parsed.problem);
  return parsed.bytes;
}

export interface KeyInUse extends MasterKey {
  /** Where it came from, for people: a variable's name or a path. */
  readonly source: string;
}

export type Opened = { readonly text: string } | { readonly why: 'other-key' | 'no-key' | 'damaged' };

export interface KeyRing {
  readonly fromEnvironment: KeyInUse | undefined;
  readonly file: KeyInUse | undefined;
  /** A rotation that is under way, or was broken off. */
  readonly next: KeyInUse | undefined;
  /** Every key, the one to encrypt with first. */
  readonly keys: readonly KeyInUse[];
  /** What is wrong with a file, in sentences. */
  readonly problems: readonly string[];
  open(secret: SealedSecret): Opened;
}

/** Reads the files now. Never throws: a file that cannot be used is a problem of the ring. */
export function readKeyRing({ files, fromEnvironment, previous }: SecretKeySettings): KeyRing {
  const problems: string[] = [];
  const named = (bytes: Uint8Array | undefined, source: string): KeyInUse | undefined =>
    bytes && { ...createMasterKey(bytes), source };
  const fromFile = (read: () => Uint8Array | undefined, source: string) => {
    try {
      return named(read(), source);
    } catch (error) {
      if (!(error instanceof SecretKeyError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  // In this order: a rotation that finishes in between turns `next` into the file, and neither look may miss it.
  const next = fromFile(files.readNext, files.nextPath);
  const file = fromFile(files.read, files.path);
  const environment = named(fromEnvironment, 'TOLLGATE_SECRET_KEY');
  const older = named(previous, 'TOLLGATE_SECRET_KEY_PREVIOUS');
  const keys = [environment, file, next, older].filter((key) => key !== undefined);
  return {
    fromEnvironment: environment,
    file,
    next,
    keys,
    problems,
    open: (secret) => {
      const key = keys.find(({ id }) => id === secret.keyId);
      if (!key) return { why: keys.length === 0 ? 'no-key' : 'other-key' };
      const text = key.open(secret.name, secret);
      return text === undefined ? { why: 'damaged' } : { text };
    },
  };
}

/** The key to encrypt with; `keyId` is that of the store's last change. `undefined` if there is none yet. */
export function keyToSealWith(ring: KeyRing, keyId: string): KeyInUse | undefined {
  if (ring.fromEnvironment) return ring.fromEnvironment;
  return ring.next?.id === keyId ? ring.next : ring.file;
}

/** Makes `secret.key`, or takes the one another process has just made. Throws SecretKeyError. */
export function makeKeyFile(files: SecretKeyFiles): KeyInUse {
  return { ...createMasterKey(files.create(randomBytes(masterKeyBytes))), source: files.path };
}
