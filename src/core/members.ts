// The nouns of the console's people (members, links that let them in once, sessions) and what a store must do for them. Every
// change comes with its audit entry, in one transaction. Secrets come here as hashes only. Knows no SQL.
import type { AuditEntry } from './audit.ts';
import type { Page, PageRequest } from './paging.ts';
import type { Role } from './roles.ts';

/** `invited`: has not come in yet. */
export type MemberStatus = 'invited' | 'active' | 'disabled';

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly status: MemberStatus;
  readonly hasPassword: boolean;
  /** Unix ms. */
  readonly lastSeenAt?: number;
  readonly createdAt: number;
  readonly revision: number;
}

/** A member as a list shows it. */
export interface ListedMember extends Member {
  /** Keys that are not revoked. */
  readonly keys: number;
  readonly sessions: number;
  /** Issuers that know them. */
  readonly issuers: readonly string[];
  /** A link that still works. */
  readonly link?: { readonly kind: LinkKind; readonly expiresAt: number };
}

export interface NewMember {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly status: MemberStatus;
  /** PHC string. */
  readonly password?: string;
  readonly createdAt: number;
}

/** `invite` lets a new member in, `reset` one who is. */
export type LinkKind = 'invite' | 'reset';

export interface NewLink {
  readonly hash: string;
  readonly memberId: string;
  readonly kind: LinkKind;
  /** Unix ms. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface StoredLink extends NewLink {
  readonly usedAt?: number;
  readonly member: Member;
}

export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export interface MemberFilter {
  readonly role?: Role | undefined;
  readonly status?: MemberStatus | undefined;
  /** Part of the name or the address, whatever the case. */
  readonly search?: string | undefined;
}

export interface MemberReader {
  /** Newest first. `now`: for what has ended. */
  members(filter: MemberFilter, page: PageRequest, now: number): Promise<Page<ListedMember>>;
  /** By id or e-mail address. */
  member(reference: string): Promise<Member | undefined>;
  listed(id: string, now: number): Promise<ListedMember | undefined>;
  /** With the PHC string of the password, if there is one. */
  memberForLogin(email: string): Promise<{ member: Member; password: string | undefined } | undefined>;
  passwordOf(id: string): Promise<string | undefined>;
  byIdentity(identity: Identity): Promise<Member | undefined>;
  identitiesOf(memberId: string): Promise<readonly Identity[]>;
  link(hash: string): Promise<StoredLink | undefined>;
  /** Whether there is any member at all. */
  exists(): Promise<boolean>;
}

/** What is to be done with a member's keys when the member goes: they are nobody's then. */
export type KeysOfRemoved = 'disable' | 'keep';

/** `stale`: changed since it was read. `last-admin`: nobody would be left to administer. `taken`: the address is another's. */
export type MemberRefusal = 'stale' | 'last-admin' | 'taken';

export interface MemberWriter {
  /** `first`: only while there is no administrator. `undefined`: the address is taken, or there is one. */
  add(
    member: NewMember,
    audit: AuditEntry,
    more?: { readonly first?: boolean; readonly link?: NewLink; readonly identity?: Identity },
  ): Promise<Member | undefined>;
  /** Name, address, role and status of `member`, from its revision. `endSessions`: those it has, and links that were made for it. */
  update(
    member: Member,
    audit: AuditEntry,
    more?: { readonly endSessions?: boolean },
  ): Promise<Member | MemberRefusal>;
  /** With sessions, links and identities; never the last administrator. */
  remove(member: Member, keys: KeysOfRemoved, audit: AuditEntry): Promise<'removed' | MemberRefusal>;
  /** In the place of any other of the member. */
  addLink(link: NewLink, audit: AuditEntry): Promise<void>;
  /**
   * Uses the link up and sets the password, and the name where there is one; the member is active then, and every session ends.
   * `undefined`: somebody else used it first.
   */
  acceptLink(
    link: Pick<NewLink, 'hash' | 'memberId'>,
    change: { readonly name?: string | undefined; readonly password: string; readonly now: number },
    audit: AuditEntry,
  ): Promise<Member | undefined>;
  /** Ends every session but the one of that hash. */
  setPassword(
    id: string,
    password: string,
    keepSession: string | undefined,
    audit: AuditEntry,
  ): Promise<void>;
  /** The same password under newer terms, if it is still that one. */
  rehash(id: string, before: string, after: string): Promise<void>;
  /** Ties a member to whom an identity provider knows, and lets an invited one in. */
  addIdentity(
    memberId: string,
    identity: Identity,
    now: number,
    audit: AuditEntry,
  ): Promise<Member | undefined>;
  removeIdentities(memberId: string, audit: AuditEntry): Promise<void>;
}

export interface Session {
  readonly id: string;
  readonly memberId: string;
  /** `password`, `link`, or `sso:` and the provider's name. */
  readonly method: string;
  readonly address: string;
  readonly userAgent: string;
  /** Unix ms, as the others. */
  readonly createdAt: number;
  readonly lastSeenAt: number;
  /** The end that nothing puts off. */
  readonly expiresAt: number;
}

export interface SessionStore {
  /** `replaces`: hash of the one the browser had before, which ends. */
  add(session: Session & { readonly hash: string }, audit: AuditEntry, replaces?: string): Promise<void>;
  find(hash: string): Promise<{ readonly session: Session; readonly member: Member } | undefined>;
  /** Also notes when the member was here. */
  touch(hash: string, memberId: string, now: number): Promise<void>;
  /** Newest first, those seen after `seenAfter` that end after `now`. */
  list(memberId: string, now: number, seenAfter: number): Promise<readonly Session[]>;
  /** One by its id, or all but `except` (an id); how many. */
  end(
    memberId: string,
    which: { readonly id: string } | { readonly except?: string | undefined },
    audit: AuditEntry,
  ): Promise<number>;
  /** Those past their end, and links that nobody used. */
  sweep(now: number, seenBefore: number): Promise<void>;
  /** An entry about something that changes nothing: a sign-in that failed. */
  note(audit: AuditEntry): Promise<void>;
}
