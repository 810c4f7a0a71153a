// What was said in requests, where an operator wants it kept: who wishes what, what is taken of a request, and what a store is
// asked for. The ledger knows nothing of it. docs/content-logging.md has the rules.
import type { AuditEntry } from './audit.ts';

/**
 * `off`: nothing of anybody. `keys`: of keys with `log_content` alone. `errors`: of requests that went wrong, and all of those
 * keys. `all`: of every key that does not forbid it.
 */
export const contentModes = ['off', 'keys', 'errors', 'all'] as const;
export type ContentMode = (typeof contentModes)[number];

export interface ContentSettings {
  readonly mode: ContentMode;
  readonly retentionMs: number;
  /** Of the prompt, and of the answer. */
  readonly maxBytes: number;
}

/** Which requests of a key are kept; absent = none. */
export type ContentWish = 'all' | 'errors';

/** The file sets what may be kept at most; `logContent` of the key chooses within that. */
export function contentWish(mode: ContentMode, logContent: boolean | undefined): ContentWish | undefined {
  if (mode === 'off' || logContent === false) return undefined;
  if (logContent === true || mode === 'all') return 'all';
  return mode === 'errors' ? 'errors' : undefined;
}

/** The answer as the client got it. */
export interface TakenAnswer {
  /** HTTP status. */
  readonly status: number;
  readonly stream: boolean;
  /** In order; not more than was asked for. */
  readonly pieces: readonly (string | Uint8Array)[];
  /** Of the whole answer. */
  readonly bytes: number;
}

export interface TakenContent {
  readonly requestId: string;
  readonly keyId: string;
  /** Unix ms. */
  readonly at: number;
  readonly prompt: Uint8Array;
  readonly answer: TakenAnswer;
}

/** What the pipeline hands over. Nothing here throws, and nothing is waited for. */
export interface ContentLog {
  /** Bytes that may be taken of an answer, and of which requests; `undefined` = nothing of this key. */
  wish(logContent: boolean | undefined): { readonly of: ContentWish; readonly maxBytes: number } | undefined;
  keep(content: TakenContent): void;
}

/** Told what became of contents, for metrics. */
export interface ContentObserver {
  kept(contents: number): void;
  /** `pressure`: too much was waiting. `failed`: it could not be written. */
  dropped(contents: number, reason: 'pressure' | 'failed'): void;
}

/** As it lies in the store. */
export interface SealedContent {
  readonly requestId: string;
  readonly keyId: string;
  /** Unix ms. */
  readonly createdAt: number;
  readonly promptBytes: number;
  readonly answerBytes: number;
  /** Fingerprint of the master key it is sealed under. */
  readonly secretKey: string;
  readonly nonce: string;
  readonly ciphertext: string;
}

export interface ContentStore {
  /** Of a request that has some already, the first stays. */
  put(contents: readonly SealedContent[]): Promise<void>;
  has(requestId: string): Promise<boolean>;
  /** The entry is written with it: nothing is read that is not in the audit log. */
  read(requestId: string, audit: AuditEntry): Promise<SealedContent | undefined>;
  /** `false` if there was none; then no entry is left. */
  remove(requestId: string, audit: AuditEntry): Promise<boolean>;
  /** The oldest first; how many were deleted. */
  deleteBefore(createdAt: number, most: number): Promise<number>;
}
