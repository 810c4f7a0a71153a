// Who is asking: what the key says about a request before anything else is known of it.
import type { IpRanges } from './ip-ranges.ts';
import type { KeyOptions } from './key-options.ts';

export type KeyStatus = 'active' | 'disabled' | 'revoked';

export interface Principal {
  readonly keyId: string;
  readonly keyName: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly status: KeyStatus;
  /** Unix ms; absent = never. */
  readonly expiresAt?: number;
  /** Public model names this key may use; absent = all. */
  readonly models?: readonly string[];
  /** Addresses it may be used from; absent = from anywhere. */
  readonly allowedIps?: IpRanges;
  readonly options?: KeyOptions;
}
