// Members of the console: the first one, invited ones, changed and removed ones. There is always an administrator left. A change
// of role or address, and being disabled, ends the sessions of that member.
import { type Clock, createIdSource } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { KeysOfRemoved, Member, MemberReader, MemberRefusal, MemberWriter } from '../core/members.ts';
import type { Role } from '../core/roles.ts';
import { type AuditSource, memberFacts } from './audit-facts.ts';
import { requireEmail, requirePassword } from './member-input.ts';
import type { LinkOnce, MemberLinks } from './member-links.ts';
import type { PasswordHasher } from './password-hash.ts';
import { changeRevised, conflict, notFound } from './revisions.ts';

export interface FirstMember {
  readonly name: string;
  readonly email: string;
  /** Absent where passwords are turned off. */
  readonly password?: string | undefined;
}

export interface MemberChange {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
}

export interface Members {
  /** The first administrator. Errors: `admin_conflict` when there is one. */
  setUp(request: FirstMember, audit: AuditSource): Promise<Member>;
  invite(
    request: { readonly name?: string | undefined; readonly email: string; readonly role: Role },
    audit: AuditSource,
  ): Promise<{ readonly member: Member; readonly link: LinkOnce }>;
  update(
    reference: string,
    change: MemberChange,
    revision: number | undefined,
    audit: AuditSource,
  ): Promise<Member>;
  remove(
    reference: string,
    keys: KeysOfRemoved,
    revision: number | undefined,
    audit: AuditSource,
  ): Promise<void>;
  /** By id or e-mail address. Errors: `admin_not_found`. */
  find(reference: string): Promise<Member>;
}

export interface MembersParts {
  readonly reader: MemberReader;
  readonly writer: MemberWriter;
  readonly links: MemberLinks;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
}

export function createMembers({ reader, writer, links, hasher, clock }: MembersParts): Members {
  const nextId = createIdSource('mem_', clock);

  return {
    setUp: async ({ name, email, password }, audit) => {
      requireEmail(email);
      if (password !== undefined) requirePassword(password, { email, name });
      const member = {
        id: nextId(),
        name: name.trim(),
        email: email.trim(),
        role: 'admin' as const,
        status: 'active' as const,
        createdAt: clock.now(),
        ...(password === undefined ? {} : { password: await hasher.hash(password) }),
      };
      const entry = audit('member.set_up', member.id, { after: memberFacts(member) });
      const stored = await writer.add(member, entry, { first: true });
      if (!stored) {
        throw conflict(
          'This gateway has an administrator already. Sign in, or use the link to give an administrator a new password.',
        );
      }
      return stored;
    },
    invite: async ({ name, email, role }, audit) => {
      requireEmail(email);
      const member = {
        id: nextId(),
        name: name?.trim() ?? nameOf(email.trim()),
        email: email.trim(),
        role,
        status: 'invited' as const,
        createdAt: clock.now(),
      };
      const link = links.make(member.id, 'invite');
      const entry = audit('member.invite', member.id, { after: memberFacts(member) });
      const stored = await writer.add(member, entry, { link: link.stored });
      if (!stored) throw taken(email);
      return { member: stored, link };
    },
    update: (reference, change, revision, audit) => {
      if (change.email !== undefined) requireEmail(change.email);
      return changeRevised({
        kind: 'member',
        reference,
        wanted: revision,
        read: () => reader.member(reference),
        write: async (row) => {
          const after = changed(row, change);
          const endSessions =
            after.role !== row.role || after.email !== row.email || after.status === 'disabled';
          const facts = { before: memberFacts(row), after: memberFacts(after) };
          const entry = audit(actionOf(row, after), row.id, facts);
          const stored = await writer.update(after, entry, { endSessions });
          return typeof stored === 'string' ? refused(stored, after) : stored;
        },
      });
    },
    remove: async (reference, keys, revision, audit) => {
      await changeRevised({
        kind: 'member',
        reference,
        wanted: revision,
        read: () => reader.member(reference),
        write: async (row) => {
          const entry = audit('member.remove', row.id, { before: { ...memberFacts(row), keys } });
          const done = await writer.remove(row, keys, entry);
          return done === 'removed' ? true : refused(done, row);
        },
      });
    },
    find: async (reference) => {
      const found = await reader.member(reference);
      if (!found) throw notFound('member', reference);
      return found;
    },
  };
}

/** `ada.lovelace@example.com` -> `Ada Lovelace`, until they say themselves. */
function nameOf(email: string): string {
  const words = (email.split('@')[0] ?? email).split(/[._-]+/).filter((word) => word !== '');
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
  return name || email;
}

/** `undefined` = changed since: worked out again. */
function refused(why: MemberRefusal, member: Member): undefined {
  if (why === 'stale') return undefined;
  if (why === 'taken') throw taken(member.email);
  throw conflict(
    `\`${member.email}\` is the only administrator who can sign in. Make somebody else an administrator first.`,
  );
}

function taken(email: string): TollgateError {
  return new TollgateError('invalid_value', {
    param: 'email',
    values: { reason: `\`${email.trim().slice(0, 100)}\` is a member already.` },
  });
}

function changed(row: Member, { name, email, role, disabled }: MemberChange): Member {
  // Who was invited and never came is still invited when enabled again: without a password there is nothing to sign in with.
  const enabled = row.lastSeenAt === undefined && !row.hasPassword ? 'invited' : 'active';
  const status =
    disabled === undefined || disabled === (row.status === 'disabled')
      ? row.status
      : disabled
        ? 'disabled'
        : enabled;
  return {
    ...row,
    name: name?.trim() ?? row.name,
    email: email?.trim() ?? row.email,
    role: role ?? row.role,
    status,
  };
}

function actionOf(before: Member, after: Member): string {
  if (before.status === after.status) return 'member.update';
  return after.status === 'disabled' ? 'member.disable' : 'member.enable';
}
