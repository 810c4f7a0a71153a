// Keys as an administrator keeps them: made, changed, given a new secret, disabled, revoked. A secret exists here once, in
// what `create` and `rotate` return.
import type { AccountReader, AccountWriter, KeyUpdate } from '../core/accounts.ts';
import { type Clock, createIdSource } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { KeyOptions } from '../core/key-options.ts';
import type { Metadata, NewKey, StoredKey } from '../core/stored-key.ts';
import { generateApiKey, hashApiKey, maskApiKey } from './api-key.ts';
import { type AuditSource, keyFacts } from './audit-facts.ts';
import { defaultProject } from './key-admin.ts';
import type { LimitAdmin, NewLimitRequest } from './limits.ts';
import type { Projects } from './projects.ts';
import { changeRevised, conflict } from './revisions.ts';

/** What may be set, absent = not set. Times are Unix ms. */
export interface KeySettings {
  readonly name: string;
  readonly models?: readonly string[] | undefined;
  readonly expiresAt?: number | undefined;
  readonly allowedIps?: readonly string[] | undefined;
  readonly options?: KeyOptions | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface NewKeyRequest extends KeySettings {
  /** Id or name; absent = `default`. */
  readonly project?: string | undefined;
  /** Whose it is; absent = nobody's but the administrators'. */
  readonly memberId?: string | undefined;
  /** Stored with it, or neither is. */
  readonly limits?: readonly Omit<NewLimitRequest, 'scope'>[] | undefined;
}

/** `null` takes away; absent leaves as it is. */
export type KeySettingsChange = {
  readonly [name in keyof KeySettings]?:
    | KeySettings[name]
    | (name extends 'name' ? undefined : null | undefined);
} & { readonly disabled?: boolean | undefined };

export interface SecretOnce {
  readonly key: StoredKey;
  /** The key itself: shown now and never again. */
  readonly secret: string;
}

export interface AccountKeys {
  create(request: NewKeyRequest, audit: AuditSource): Promise<SecretOnce>;
  update(
    id: string,
    change: KeySettingsChange,
    revision: number | undefined,
    audit: AuditSource,
  ): Promise<StoredKey>;
  /** The old secret works on for `overlapMs`; with 0 every earlier one ends at once. */
  rotate(
    id: string,
    overlapMs: number,
    revision: number | undefined,
    audit: AuditSource,
  ): Promise<SecretOnce>;
  /** For ever. A key that was revoked before stays as it is. */
  revoke(id: string, revision: number | undefined, audit: AuditSource): Promise<StoredKey>;
}

export function createAccountKeys(
  store: { readonly reader: AccountReader; readonly writer: AccountWriter },
  projects: Projects,
  clock: Clock,
  /** Needed by whoever makes keys with limits. */
  limits?: Pick<LimitAdmin, 'forNewKey'>,
): AccountKeys {
  const nextId = createIdSource('key_', clock);
  const { reader, writer } = store;

  const change = <Result>(
    id: string,
    wanted: number | undefined,
    write: (key: StoredKey) => Promise<Result | undefined>,
  ) => changeRevised({ kind: 'key', reference: id, wanted, read: () => reader.key(id), write });

  return {
    create: async ({ project: reference, limits: wished = [], ...settings }, audit) => {
      const project = await findProject(projects, reference ?? defaultProject);
      if (project.status === 'archived') {
        throw conflict(`The project \`${project.name}\` is archived. Restore it, or choose another.`);
      }
      requireFuture(settings.expiresAt, clock.now());
      const secret = generateApiKey();
      const key: NewKey = {
        ...(withoutUndefined(settings) as KeySettings),
        id: nextId(),
        hash: hashApiKey(secret),
        preview: maskApiKey(secret),
        createdAt: clock.now(),
      } as NewKey;
      const entry = audit('key.create', key.id, { after: keyFacts(key, project.id) });
      const own = limits?.forNewKey(wished, key.id, audit) ?? [];
      const stored = await writer.addKey(key, project.id, entry, own);
      if (!stored) throw new Error(`the key ${key.id} was not stored`);
      return { key: stored, secret };
    },
    update: (id, wished, revision, audit) =>
      change(id, revision, async (key) => {
        requireNotRevoked(key);
        if (wished.expiresAt) requireFuture(wished.expiresAt, clock.now());
        const update = updateOf(key, wished);
        const after = appliedTo(key, update);
        const action =
          after.status === key.status
            ? 'key.update'
            : `key.${after.status === 'disabled' ? 'disable' : 'enable'}`;
        const facts = { before: keyFacts(key), after: keyFacts(after) };
        return writer.updateKey(update, audit(action, id, facts));
      }),
    rotate: (id, overlapMs, revision, audit) =>
      change(id, revision, async (key) => {
        requireNotRevoked(key);
        requireOrdinary(key);
        const secret = generateApiKey();
        const now = clock.now();
        const rotation = {
          id,
          revision: key.revision,
          hash: hashApiKey(secret),
          preview: maskApiKey(secret),
          now,
          overlapUntil: now + overlapMs,
        };
        const after = { ...keyFacts(key), preview: rotation.preview };
        const entry = audit('key.rotate', id, { before: keyFacts(key), after });
        const stored = await writer.rotateKey(rotation, entry);
        return stored && { key: stored, secret };
      }),
    revoke: (id, revision, audit) =>
      change(id, revision, async (key) => {
        if (key.status === 'revoked') return key;
        const set = { status: 'revoked', revokedAt: clock.now() } as const;
        const facts = { before: keyFacts(key), after: keyFacts({ ...key, ...set }) };
        return writer.updateKey(
          { id, revision: key.revision, set, clear: [] },
          audit('key.revoke', id, facts),
        );
      }),
  };
}

async function findProject(projects: Projects, reference: string) {
  try {
    return await projects.find(reference);
  } catch (error) {
    if (!(error instanceof TollgateError) || error.code !== 'admin_not_found') throw error;
    throw new TollgateError('invalid_value', {
      param: 'project',
      values: {
        reason: `there is no project \`${reference.slice(0, 100)}\`. POST /admin/v1/projects makes one.`,
      },
    });
  }
}

function requireFuture(expiresAt: number | undefined, now: number): void {
  if (expiresAt === undefined || expiresAt > now) return;
  throw new TollgateError('invalid_value', {
    param: 'expires_at',
    values: { reason: 'the time lies in the past.' },
  });
}

function requireNotRevoked(key: StoredKey): void {
  if (key.status !== 'revoked') return;
  throw conflict(`The key \`${key.name}\` is revoked, which is for ever. Create a new one.`);
}

function requireOrdinary({ kind, name }: StoredKey): void {
  if (kind !== 'playground') return;
  throw conflict(
    `The key \`${name}\` belongs to the playground, which gives out secrets of it that end by themselves. It cannot be rotated: revoke it, and the playground makes another.`,
  );
}

const clearable = ['models', 'allowedIps', 'options', 'metadata', 'expiresAt'] as const;

function updateOf(key: StoredKey, { disabled, ...wished }: KeySettingsChange): KeyUpdate {
  const set = Object.fromEntries(
    Object.entries(wished).filter(([, value]) => value !== undefined && value !== null),
  );
  return {
    id: key.id,
    revision: key.revision,
    set: {
      ...set,
      ...(disabled === undefined ? {} : { status: disabled ? ('disabled' as const) : ('active' as const) }),
    },
    clear: clearable.filter((name) => wished[name] === null),
  };
}

function appliedTo(key: StoredKey, { set, clear }: KeyUpdate): StoredKey {
  const after: Record<string, unknown> = { ...key, ...set };
  for (const name of clear) delete after[name];
  return after as unknown as StoredKey;
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
