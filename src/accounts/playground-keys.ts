// The key behind somebody's playground: one of their own in each project, made at the first use. A browser gets a secret of it
// that ends by itself and with the session it was given to, so nothing it keeps in memory outlives a day or whoever is signed out, and
// the ledger and the limits see who it was.
import type { Project } from '../core/accounts.ts';
import { type Clock, createIdSource } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { Session } from '../core/members.ts';
import type { PlaygroundKeyOwner, PlaygroundKeyStore } from '../core/playground-keys.ts';
import type { Caller } from '../core/roles.ts';
import type { StoredKey } from '../core/stored-key.ts';
import { generateApiKey, hashApiKey, maskApiKey } from './api-key.ts';
import { type AuditSource, keyFacts } from './audit-facts.ts';
import { conflict } from './revisions.ts';

const secretLifeMs = 12 * 3_600_000;
/** Tabs and browsers at once. The one that is pushed out asks again. */
const mostSecrets = 8;
const longestName = 100;

export interface IssuedPlaygroundKey {
  readonly key: StoredKey;
  /** Shown now and never again. */
  readonly secret: string;
  readonly preview: string;
  /** Unix ms. */
  readonly expiresAt: number;
}

export interface PlaygroundKeys {
  /** The key itself, made at its first use. Errors: `conflict` where it or its project is closed to use. */
  keyOf(project: Project, caller: Caller, audit: AuditSource): Promise<StoredKey>;
  /** For the session of `caller`, if it has one. Errors: `conflict` where the key or its project is closed to use. */
  issue(
    project: Project,
    caller: Caller,
    audit: AuditSource,
    session?: Pick<Session, 'id' | 'expiresAt'>,
  ): Promise<IssuedPlaygroundKey>;
}

export function createPlaygroundKeys(store: PlaygroundKeyStore, clock: Clock): PlaygroundKeys {
  const nextId = createIdSource('key_', clock);

  async function make(project: Project, owner: PlaygroundKeyOwner, caller: Caller, audit: AuditSource) {
    // Nobody ever has this one: such a key is opened by the secrets that end.
    const unused = generateApiKey();
    const key = {
      id: nextId(),
      name: nameFor(caller.name),
      hash: hashApiKey(unused),
      preview: maskApiKey(unused),
      createdAt: clock.now(),
    };
    const entry = audit('key.create', key.id, {
      after: { ...keyFacts(key, project.id), kind: 'playground' },
    });
    const stored = await store.add(key, owner, entry);
    if (!stored) throw new Error(`the playground key ${key.id} was not stored`);
    return stored;
  }

  async function keyOf(project: Project, caller: Caller, audit: AuditSource): Promise<StoredKey> {
    if (project.status === 'archived') {
      throw new TollgateError('invalid_value', {
        param: 'project',
        values: { reason: `the project \`${project.name}\` is archived. Choose another.` },
      });
    }
    const owner = { projectId: project.id, memberId: caller.memberId };
    const key = (await store.find(owner)) ?? (await make(project, owner, caller, audit));
    requireOpen(key, clock.now());
    return key;
  }

  return {
    keyOf,
    issue: async (project, caller, audit, session) => {
      const key = await keyOf(project, caller, audit);
      const secret = generateApiKey();
      const issued = {
        keyId: key.id,
        hash: hashApiKey(secret),
        preview: maskApiKey(secret),
        now: clock.now(),
        expiresAt: Math.min(clock.now() + secretLifeMs, session?.expiresAt ?? Number.POSITIVE_INFINITY),
        sessionId: session?.id,
        most: mostSecrets,
      };
      const entry = audit('key.issue', key.id, {
        after: { preview: issued.preview, expires_at: new Date(issued.expiresAt).toISOString() },
      });
      if (!(await store.issue(issued, entry))) throw closed(key, 'was disabled or revoked just now');
      return { key, secret, preview: issued.preview, expiresAt: issued.expiresAt };
    },
  };
}

function requireOpen(key: StoredKey, now: number): void {
  if (key.status !== 'active') throw closed(key, 'is disabled');
  if (key.expiresAt !== undefined && key.expiresAt <= now) throw closed(key, 'has expired');
}

function closed({ name, projectName }: StoredKey, state: string): TollgateError {
  return conflict(
    `The key \`${name}\` of the project \`${projectName}\` ${state}, so the playground cannot use it. An administrator can open it again under API keys, or you choose another project.`,
  );
}

/** Without cutting a character in two. */
function nameFor(owner: string): string {
  const frame = 'Playground ()'.length;
  const characters = [...owner];
  while (frame + characters.join('').length > longestName) characters.pop();
  return `Playground (${characters.join('')})`;
}
