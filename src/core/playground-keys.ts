// What a store must do for the keys of the playground: found by whose they are, made once, given secrets that end by
// themselves. Knows no SQL.
import type { AuditEntry } from './audit.ts';
import type { NewKey, StoredKey } from './stored-key.ts';

export interface PlaygroundKeyOwner {
  readonly projectId: string;
  /** Absent = whoever has the admin token. */
  readonly memberId: string | undefined;
}

/** One more secret of a key, beside those it has. */
export interface IssuedSecret {
  readonly keyId: string;
  /** SHA-256, lower-case hex. */
  readonly hash: string;
  readonly preview: string;
  /** Unix ms. */
  readonly now: number;
  readonly expiresAt: number;
  /** Ends with that session, by whatever way it ends; absent = by its time alone. */
  readonly sessionId: string | undefined;
  /** Most secrets that work at the same time; the oldest end for it. */
  readonly most: number;
}

export interface PlaygroundKeyStore {
  /** The owner's key that is not revoked. */
  find(owner: PlaygroundKeyOwner): Promise<StoredKey | undefined>;
  /** Unless the owner has one by now; the owner's key either way. */
  add(key: NewKey, owner: PlaygroundKeyOwner, audit: AuditEntry): Promise<StoredKey | undefined>;
  /** Only while the key is active; whether it was. */
  issue(secret: IssuedSecret, audit: AuditEntry): Promise<boolean>;
}
