// Stored secrets: what a store keeps of them, which is never a plaintext, and what the configuration may ask for.
// Knows no SQL, no cipher and no file.

/** One secret as it stands in the store. Without the master key it says nothing but its name, length and times. */
export interface SealedSecret {
  readonly name: string;
  /** Fingerprint of the master key it was encrypted under. */
  readonly keyId: string;
  /** 96 bits, base64. */
  readonly nonce: string;
  /** Ciphertext and the tag behind it, base64. */
  readonly ciphertext: string;
  /** Unix ms. */
  readonly createdAt: number;
  /** Unix ms of the last `secrets set`; encrypting anew under another master key does not change it. */
  readonly updatedAt: number;
}

/** Every secret at one moment. */
export interface SealedSecrets {
  /** Another one after every change; the empty text before the first. */
  readonly revision: string;
  /** Fingerprint of the master key of the last change; the empty text before the first. */
  readonly keyId: string;
  /** By name. */
  readonly secrets: readonly SealedSecret[];
}

export interface SecretStoreReader {
  sealedSecrets(): Promise<SealedSecrets>;
  /** Of `sealedSecrets`, without reading them. */
  secretsRevision(): Promise<string>;
}

/** A change that is made as a whole or not at all. */
export interface SecretChange {
  /** The revision the change was worked out from. */
  readonly seen: string;
  /** The new one; never used before. */
  readonly revision: string;
  readonly keyId: string;
  /** In the place of those of the same name. */
  readonly put: readonly SealedSecret[];
  /** Names; none of `put`. */
  readonly remove: readonly string[];
}

export interface SecretStoreWriter {
  /** `false`, and nothing changed, if another process changed something after `seen`: read again, and try again. */
  changeSecrets(change: SecretChange): Promise<boolean>;
}

/** A secret as the configuration gets it; `unreadable` says why not, in a sentence without a value. */
export type SecretValue = { readonly value: string } | { readonly unreadable: string };

/** Values at one moment. Functions, so that printing this prints no secret. */
export interface SecretValues {
  /** `undefined` if there is no secret of this name. */
  secret(name: string): SecretValue | undefined;
  names(): readonly string[];
}

/** What hands the configuration its stored secrets. */
export interface SecretReader {
  read(): Promise<SecretValues>;
  /** Changes whenever `read` may give something else; cheap enough to be asked every second. */
  version(): Promise<string>;
}

/** For configurations without stored secrets. */
export const noSecrets: SecretValues = { secret: () => undefined, names: () => [] };
