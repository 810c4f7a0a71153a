// Who changed what, and when: one entry for every change that an administrator makes. Never holds a secret.
import type { Page, PageRequest } from './paging.ts';

export interface AuditEntry {
  /** Ids sort by time. */
  readonly id: string;
  /** Unix ms. */
  readonly at: number;
  /** `admin-token`, `cli`, `config`, `bootstrap`. */
  readonly actor: string;
  /** `key.create`, `limit.update`. */
  readonly action: string;
  readonly targetKind: string;
  readonly targetId: string;
  /** What it was, as the admin API shows it; absent for what was made. */
  readonly before?: unknown;
  /** What it is now; absent for what is gone. */
  readonly after?: unknown;
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly targetKind?: string | undefined;
  readonly targetId?: string | undefined;
  /** Unix ms; from inclusive, to exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface AuditReader {
  entries(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
}
