// Making and revoking keys, for the command line and the admin API. The plaintext of a key exists here once, in what
// `create` and `bootstrap` return, and nowhere else.
import { type Clock, createIdSource } from '../core/clock.ts';
import type { KeyStoreReader, KeyStoreWriter, Page, PageRequest, StoredKey } from '../core/store.ts';
import { generateApiKey, hashApiKey, maskApiKey, mayBeApiKey } from './api-key.ts';
import { createAuditSource } from './audit-facts.ts';

export const defaultProject = 'default';

export interface CreateKey {
  readonly name: string;
  /** Name of the project, created if there is none of that name; absent = `default`. */
  readonly project?: string;
  /** Public model names; absent = all. */
  readonly models?: readonly string[];
  /** Unix ms; absent = never. */
  readonly expiresAt?: number;
}

/** A key at the only moment its plaintext is known. */
export interface CreatedKey {
  readonly key: StoredKey;
  readonly plaintext: string;
}

/** What became of a revocation. `reference` may fit several keys; none is revoked then. */
export type Revocation =
  | { readonly outcome: 'revoked' | 'already-revoked'; readonly key: StoredKey }
  | { readonly outcome: 'not-found' }
  | { readonly outcome: 'ambiguous'; readonly keys: readonly StoredKey[] };

export interface Bootstrap {
  /** The first key, if this call made it: show it once. */
  readonly created?: CreatedKey;
  /** Set when a preset key was given to a store that has keys already, and is not one of them. */
  readonly presetIgnored: boolean;
}

export interface KeyLister {
  /** Newest first, revoked ones too. */
  list(page: PageRequest): Promise<Page<StoredKey>>;
}

export interface KeyWriter {
  create(key: CreateKey): Promise<CreatedKey>;
  /** By id, name or preview. Effective for the next request of every process on the store. */
  revoke(reference: string): Promise<Revocation>;
  /**
   * Gives an empty store the project `default` and one key: `preset`, or a new one. Throws RangeError when `preset`
   * is not 16 to 512 visible ASCII characters, or has the form of our keys but not the checksum.
   */
  bootstrap(preset?: string): Promise<Bootstrap>;
}

export function createKeyLister(store: KeyStoreReader): KeyLister {
  return { list: (page) => store.keys(page) };
}

export function createKeyWriter(
  store: { reader: KeyStoreReader; writer: KeyStoreWriter },
  clock: Clock,
): KeyWriter {
  const nextKeyId = createIdSource('key_', clock);
  const nextProjectId = createIdSource('proj_', clock);
  const audit = createAuditSource('bootstrap', clock, createIdSource('aud_', clock));
  const { reader, writer } = store;

  function rowsFor(request: CreateKey, plaintext: string) {
    const createdAt = clock.now();
    const { project, ...rest } = request;
    return {
      key: {
        ...rest,
        id: nextKeyId(),
        hash: hashApiKey(plaintext),
        preview: maskApiKey(plaintext),
        createdAt,
      },
      project: { id: nextProjectId(), name: project ?? defaultProject, createdAt },
    };
  }

  return {
    create: async (request) => {
      const plaintext = generateApiKey();
      const { key, project } = rowsFor(request, plaintext);
      return { key: await writer.addKey(key, project), plaintext };
    },

    revoke: async (reference) => {
      const matches = await reader.keysMatching(reference);
      const live = matches.filter((key) => key.status !== 'revoked');
      const [only] = live;
      if (live.length > 1) return { outcome: 'ambiguous', keys: live };
      if (!only) {
        const [revoked] = matches;
        return revoked ? { outcome: 'already-revoked', key: revoked } : { outcome: 'not-found' };
      }
      const revokedAt = clock.now();
      const revoked = await writer.revokeKey(only.id, revokedAt);
      return revoked
        ? { outcome: 'revoked', key: { ...only, status: 'revoked', revokedAt } }
        : { outcome: 'already-revoked', key: only };
    },

    bootstrap: async (preset) => {
      if (preset !== undefined && !mayBeApiKey(preset)) {
        throw new RangeError(
          'A preset API key must be 16 to 512 visible ASCII characters; one of the form sk-tg-… needs its right checksum.',
        );
      }
      const plaintext = preset ?? generateApiKey();
      const { key, project } = rowsFor({ name: 'first key' }, plaintext);
      const { id, name, preview } = key;
      const facts = { id, name, project: project.name, preview, status: 'active' };
      const stored = await writer.addFirstKey(key, project, audit('key.create', id, { after: facts }));
      if (stored) return { created: { key: stored, plaintext }, presetIgnored: false };
      const known = preset === undefined || (await reader.keyByHash(key.hash))?.status === 'active';
      return { presetIgnored: !known };
    },
  };
}
