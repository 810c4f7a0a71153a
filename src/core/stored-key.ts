// Projects and API keys as a store keeps them: never the key itself. Knows no SQL.
import type { KeyOptions } from './key-options.ts';
import type { KeyStatus } from './principal.ts';

export type Metadata = Readonly<Record<string, string>>;

export interface NewProject {
  readonly id: string;
  readonly name: string;
  /** Unix ms. */
  readonly createdAt: number;
}

export interface NewKey {
  /** Ids sort by time: listings page by id. */
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the key, lower-case hex. The key itself is never handed to a store. */
  readonly hash: string;
  /** The masked key, safe to show. */
  readonly preview: string;
  /** Public model names; absent = all. */
  readonly models?: readonly string[];
  /** Unix ms. */
  readonly createdAt: number;
  /** Unix ms; absent = never. */
  readonly expiresAt?: number;
  /** Ranges of addresses it may be used from; absent = from anywhere. */
  readonly allowedIps?: readonly string[];
  readonly options?: KeyOptions;
  readonly metadata?: Metadata;
  /** Whose it is; absent = nobody's but the administrators'. */
  readonly memberId?: string;
}

export interface StoredKey extends NewKey {
  readonly organizationId: string;
  readonly organizationName: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly projectArchived?: boolean;
  /** Of the member whose it is, where it was asked for. */
  readonly memberName?: string;
  /** Its secrets are given out by the playground, and end by themselves; absent = a key like any other. */
  readonly kind?: 'playground';
  readonly status: KeyStatus;
  readonly revision: number;
  /** Unix ms: when the secret it was looked up by ends, where the key has a newer one. */
  readonly secretExpiresAt?: number;
  /** Unix ms. */
  readonly revokedAt?: number;
}
