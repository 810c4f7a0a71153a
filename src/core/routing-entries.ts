// Providers and models that administrators made while the gateway runs: what a store keeps of them, and how they are changed. An
// entry is what tollgate.yaml would have under its name, with `${secret:…}` in the place of credentials. Knows no SQL.
import type { AuditEntry } from './audit.ts';

export type RoutingKind = 'provider' | 'model';

export interface RoutingEntry {
  readonly kind: RoutingKind;
  readonly name: string;
  /** As in tollgate.yaml. */
  readonly entry: Readonly<Record<string, unknown>>;
  /** The credentials that the entry refers to, by the name of the stored secret. */
  readonly secrets: Readonly<Record<string, StoredCredential>>;
  /** Never the same twice for one name, also not when it was deleted and made again. */
  readonly revision: number;
  /** Unix ms. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What may be shown of a credential. */
export interface StoredCredential {
  /** `…wxyz`, or `…` where so much would tell too much. */
  readonly preview: string;
  /** Unix ms. */
  readonly setAt: number;
}

/** All of them at one moment. */
export interface RoutingEntries {
  /** Grows with every change. */
  readonly generation: number;
  /** By kind and name. */
  readonly entries: readonly RoutingEntry[];
}

export interface RoutingReader {
  routing(): Promise<RoutingEntries>;
  /** Of `routing`, without reading it; cheap enough to be asked twice a second. */
  routingGeneration(): Promise<number>;
}

export type NewRoutingEntry = Omit<RoutingEntry, 'revision'>;

/** Changes are worked out from all entries at one generation, and made only if nobody was faster. */
export interface RoutingWriter {
  /** Inserts or replaces. `undefined`, and nothing changed, if the generation is another than `seen`. */
  put(seen: number, entry: NewRoutingEntry, audit: AuditEntry): Promise<RoutingEntry | undefined>;
  /** Whether it was removed; `false` if the generation is another than `seen`. */
  remove(seen: number, entry: Pick<RoutingEntry, 'kind' | 'name'>, audit: AuditEntry): Promise<boolean>;
}
