// Sessions of the console: opened, found again by their token, ended. The token is in the browser's cookie and nowhere else; the
// store has its SHA-256. Each request looks, so a session that was ended is over at once, at every node.
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { type Clock, createIdSource, randomBase62 } from '../core/clock.ts';
import type { Member, Session, SessionStore } from '../core/members.ts';
import type { AuditSource } from './audit-facts.ts';

/** Without a request for so long, it is over. */
export const idleMs = 12 * 3_600_000;
/** However busy it is. */
export const longestMs = 30 * 86_400_000;
/** A request notes that it was there when the last note is as old as this. */
const noteEveryMs = 60_000;

export interface OpenSession {
  readonly session: Session;
  readonly member: Member;
  readonly hash: string;
  readonly csrfToken: string;
  /** Unix ms: the end, unless there are requests. */
  readonly endsAt: number;
}

export interface NewSession {
  readonly method: string;
  readonly address: string;
  readonly userAgent: string;
  /** Token the browser had before: that session ends, so that nobody can have planted this one. */
  readonly replaces?: string | undefined;
}

export interface Sessions {
  open(
    member: Member,
    request: NewSession,
    audit: AuditSource,
  ): Promise<OpenSession & { readonly token: string }>;
  /** `undefined`: it has ended, or never was. */
  find(token: string): Promise<OpenSession | undefined>;
  /** As `find`, but being asked is no use of it. */
  goesOn(token: string): Promise<boolean>;
  list(memberId: string): Promise<readonly Session[]>;
  end(
    memberId: string,
    which: { readonly id: string } | { readonly except?: string },
    audit: AuditSource,
  ): Promise<number>;
}

export function createSessions(store: SessionStore, clock: Clock): Sessions {
  const nextId = createIdSource('ses_', clock);
  let sweptAt = Number.NEGATIVE_INFINITY;

  async function sweep(now: number): Promise<void> {
    if (now - sweptAt < 3_600_000) return;
    sweptAt = now;
    await store.sweep(now, now - idleMs);
  }

  async function valid(token: string) {
    const found = await store.find(hashToken(token));
    return found?.member.status === 'active' && endOf(found.session) > clock.now() ? found : undefined;
  }

  return {
    open: async (member, { replaces, ...request }, audit) => {
      const now = clock.now();
      // 256 bits and a little more.
      const token = randomBase62(43);
      const session: Session = {
        ...request,
        userAgent: request.userAgent.slice(0, 300).toWellFormed().replaceAll('\0', ''),
        id: nextId(),
        memberId: member.id,
        createdAt: now,
        lastSeenAt: now,
        expiresAt: now + longestMs,
      };
      const { method, address } = session;
      const facts = { member_id: member.id, method, address };
      const entry = audit('session.create', session.id, { after: facts });
      await store.add({ ...session, hash: hashToken(token) }, entry, replaces && hashToken(replaces));
      await sweep(now);
      return { ...opened(session, member, token), token };
    },
    find: async (token) => {
      const now = clock.now();
      const found = await valid(token);
      if (!found) return undefined;
      const { session, member } = found;
      if (now - session.lastSeenAt < noteEveryMs) return opened(session, member, token);
      await store.touch(hashToken(token), member.id, now);
      return opened({ ...session, lastSeenAt: now }, member, token);
    },
    goesOn: async (token) => (await valid(token)) !== undefined,
    list: (memberId) => store.list(memberId, clock.now(), clock.now() - idleMs),
    end: (memberId, which, audit) => {
      const action = 'id' in which ? 'session.end' : 'session.end_all';
      return store.end(
        memberId,
        which,
        audit(action, 'id' in which ? which.id : memberId, { before: { member_id: memberId } }),
      );
    },
  };
}

export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

export function endOf({ lastSeenAt, expiresAt }: Session): number {
  return Math.min(lastSeenAt + idleMs, expiresAt);
}

/** Whether `presented` is the token of this session that only its own pages can know. */
export function isCsrfToken(presented: string | undefined, { csrfToken }: OpenSession): boolean {
  const [given, right] = [Buffer.from(presented ?? ''), Buffer.from(csrfToken)];
  return given.length === right.length && timingSafeEqual(given, right);
}

function opened(session: Session, member: Member, token: string): OpenSession {
  return {
    session,
    member,
    hash: hashToken(token),
    csrfToken: createHmac('sha256', token).update('csrf').digest('base64url'),
    endsAt: endOf(session),
  };
}
