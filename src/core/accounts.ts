// The nouns of accounts (organization > project > key) and what a store must do for them. Every change comes with its audit
// entry, in one transaction; what was changed since `revision` was read is left as it is. Knows no SQL.
import type { AuditEntry } from './audit.ts';
import type { StoredLimit } from './limit-admin.ts';
import type { Page, PageRequest } from './paging.ts';
import type { Metadata, NewKey, StoredKey } from './stored-key.ts';

/** The organization that every store has from its first migration on. */
export const defaultOrganizationId = 'org_default';

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly metadata?: Metadata;
  readonly revision: number;
  /** Unix ms. */
  readonly createdAt: number;
}

/** The keys of an archived project are refused; its ledger stays. */
export type ProjectStatus = 'active' | 'archived';

export interface Project extends Organization {
  readonly organizationId: string;
  readonly status: ProjectStatus;
}

/** What a key did, from the sums per hour. */
export interface KeyActivity {
  /** Unix ms of its newest settled request. */
  readonly lastUsedAt?: number;
  /** Nano-USD since the moment asked for. */
  readonly spent: bigint;
  readonly requests: number;
}

export interface KeyFilter {
  readonly projectId?: string | undefined;
  readonly organizationId?: string | undefined;
  /** `expired` is active with an end that has passed; `active` leaves those out. */
  readonly status?: 'active' | 'disabled' | 'revoked' | 'expired' | undefined;
  /** Part of its name, whatever the case. */
  readonly name?: string | undefined;
  /** Part of its name or preview, or the whole of its id. */
  readonly search?: string | undefined;
  /** Whose it is; `null`: nobody's at all. */
  readonly memberId?: string | null | undefined;
  /** `api`: without those of playgrounds. */
  readonly kind?: 'api' | 'playground' | undefined;
}

export interface ProjectFilter {
  readonly organizationId?: string | undefined;
  readonly status?: ProjectStatus | undefined;
  /** Part of its name, or the whole of its id. */
  readonly search?: string | undefined;
}

export const keySorts = ['created', 'name', 'spend', 'last_used', 'expires'] as const;
export type KeySort = (typeof keySorts)[number];

/** Keys in another order than the newest first. */
export interface KeyOrder {
  readonly by: KeySort;
  readonly descending: boolean;
  /** Unix ms: spend is counted from then. */
  readonly since: number;
}

/** What a project did, and what it has. */
export interface ProjectFigures {
  /** Nano-USD since the moment asked for. */
  readonly spent: bigint;
  readonly requests: number;
  /** Those that are not revoked, without the playground's. */
  readonly keys: number;
}

/** Names by id; ids that nobody has any more are not in it. */
export interface AccountNames {
  readonly organization: ReadonlyMap<string, string>;
  readonly project: ReadonlyMap<string, string>;
  readonly key: ReadonlyMap<string, string>;
}

export type KeyChange = Readonly<
  Partial<
    Pick<
      StoredKey,
      'name' | 'models' | 'allowedIps' | 'options' | 'metadata' | 'expiresAt' | 'status' | 'revokedAt'
    >
  >
>;

/** A change of one key: fields that are there are set, those named in `clear` are taken away. */
export interface KeyUpdate {
  readonly id: string;
  /** The revision that was read. */
  readonly revision: number;
  readonly set: KeyChange;
  readonly clear: readonly ('models' | 'allowedIps' | 'options' | 'metadata' | 'expiresAt')[];
}

/** A new secret in the place of the old one, which works on until `overlapUntil`. */
export interface KeyRotation {
  readonly id: string;
  readonly revision: number;
  readonly hash: string;
  readonly preview: string;
  /** Unix ms. */
  readonly now: number;
  /** Unix ms; not after `now`: every earlier secret ends at once. */
  readonly overlapUntil: number;
}

export interface AccountReader {
  organizations(page: PageRequest): Promise<Page<Organization>>;
  /** By id or name. */
  organization(reference: string): Promise<Organization | undefined>;
  projects(filter: ProjectFilter, page: PageRequest): Promise<Page<Project>>;
  /** By id or name. */
  project(reference: string): Promise<Project | undefined>;
  /** `now`: for what is expired. A cursor is for the order it was made in: throws RangeError in another. */
  keys(filter: KeyFilter, page: PageRequest, now: number, order?: KeyOrder): Promise<Page<StoredKey>>;
  key(id: string): Promise<StoredKey | undefined>;
  /** Earlier secrets of a key that still work at `now`, by the moment of their end. */
  previousSecrets(id: string, now: number): Promise<readonly { preview: string; expiresAt: number }[]>;
  /** Of the hours that begin at `since` (Unix ms) or later; ids without any are not in it. */
  activity(ids: readonly string[], since: number): Promise<ReadonlyMap<string, KeyActivity>>;
  /** Of the hours that begin at `since` (Unix ms) or later. */
  projectFigures(ids: readonly string[], since: number): Promise<ReadonlyMap<string, ProjectFigures>>;
  names(ids: Readonly<Record<keyof AccountNames, readonly string[]>>): Promise<AccountNames>;
}

/** Each returns what is stored afterwards; `undefined` when the name is taken, or the revision is no longer the newest. */
export interface AccountWriter {
  addOrganization(row: Organization, audit: AuditEntry): Promise<Organization | undefined>;
  updateOrganization(row: Organization, audit: AuditEntry): Promise<Organization | undefined>;
  /** Only while it has no projects; whether it is gone. */
  removeOrganization(id: string, revision: number, audit: AuditEntry): Promise<boolean>;
  addProject(row: Project, audit: AuditEntry): Promise<Project | undefined>;
  updateProject(row: Project, audit: AuditEntry): Promise<Project | undefined>;
  /** With its limits, or not at all. */
  addKey(
    key: NewKey,
    projectId: string,
    audit: AuditEntry,
    limits?: readonly { readonly limit: StoredLimit; readonly audit: AuditEntry }[],
  ): Promise<StoredKey | undefined>;
  updateKey(update: KeyUpdate, audit: AuditEntry): Promise<StoredKey | undefined>;
  rotateKey(rotation: KeyRotation, audit: AuditEntry): Promise<StoredKey | undefined>;
}

/** The hash of the token that opens the admin API; one at a time. */
export interface AdminTokenStore {
  hash(): Promise<string | undefined>;
  /** Only while there is none; whether this call set it. */
  addFirst(hash: string, audit: AuditEntry): Promise<boolean>;
  replace(hash: string, audit: AuditEntry): Promise<void>;
}
