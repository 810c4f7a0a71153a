// Links that let a member in once: an invitation, or a new password. There is no mail server: whoever makes one hands it over.
// The token is in the link's fragment, which browsers send nowhere; the store has its SHA-256.
import { type Clock, randomBase62 } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { LinkKind, Member, MemberReader, MemberWriter, NewLink, StoredLink } from '../core/members.ts';
import { type AuditSource, memberFacts } from './audit-facts.ts';
import { requirePassword } from './member-input.ts';
import type { PasswordHasher } from './password-hash.ts';
import { hashToken } from './sessions.ts';

const day = 86_400_000;
/** An invitation may wait for somebody's holiday; a new password is wanted now. */
export const linkLifetimes: Readonly<Record<LinkKind, number>> = { invite: 7 * day, reset: day };

/** A link at the only moment its token is known. */
export interface LinkOnce {
  readonly kind: LinkKind;
  /** Below the console's address: `/invite#token=…`. */
  readonly path: string;
  /** Unix ms. */
  readonly expiresAt: number;
  readonly stored: NewLink;
}

export interface MemberLinks {
  make(memberId: string, kind: LinkKind): LinkOnce;
  /** In the place of any other of the member. Errors: `admin_conflict` for a member who is disabled. */
  renew(member: Member, audit: AuditSource): Promise<LinkOnce>;
  /** Errors: `link_unusable`. */
  open(token: string): Promise<StoredLink>;
  /** Sets the password. Errors: `link_unusable`, `invalid_value`. `auditAs`: whoever has the link is the member. */
  accept(
    token: string,
    request: { readonly name?: string | undefined; readonly password: string },
    auditAs: (name: string) => AuditSource,
  ): Promise<Member>;
}

export interface MemberLinkParts {
  readonly reader: Pick<MemberReader, 'link'>;
  readonly writer: Pick<MemberWriter, 'addLink' | 'acceptLink'>;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
}

export function createMemberLinks({ reader, writer, hasher, clock }: MemberLinkParts): MemberLinks {
  function make(memberId: string, kind: LinkKind): LinkOnce {
    const token = randomBase62(43);
    const createdAt = clock.now();
    const expiresAt = createdAt + linkLifetimes[kind];
    const stored = { hash: hashToken(token), memberId, kind, createdAt, expiresAt };
    return { kind, path: `/${kind}#token=${token}`, expiresAt, stored };
  }

  async function open(token: string): Promise<StoredLink> {
    const link = await reader.link(hashToken(token));
    if (!link) throw unusable('was replaced by a newer one, or is not complete');
    const what = link.kind === 'invite' ? 'has been accepted' : 'has been used';
    if (link.usedAt !== undefined)
      throw unusable(`${what} on ${new Date(link.usedAt).toISOString().slice(0, 10)}`);
    if (link.expiresAt <= clock.now()) {
      throw unusable(`expired on ${new Date(link.expiresAt).toISOString().slice(0, 10)}`);
    }
    if (link.member.status === 'disabled') throw unusable('is for a member who is disabled');
    return link;
  }

  return {
    make,
    renew: async (member, audit) => {
      if (member.status === 'disabled') {
        throw new TollgateError('admin_conflict', {
          values: { reason: `\`${member.email}\` is disabled. Enable the member first.` },
        });
      }
      const link = make(member.id, member.status === 'invited' ? 'invite' : 'reset');
      const action = link.kind === 'invite' ? 'member.invite_again' : 'member.reset_link';
      const expires = { expires_at: new Date(link.expiresAt).toISOString() };
      await writer.addLink(
        link.stored,
        audit(action, member.id, { after: { email: member.email, ...expires } }),
      );
      return link;
    },
    open,
    accept: async (token, { name, password }, auditAs) => {
      const link = await open(token);
      const { member } = link;
      requirePassword(password, { email: member.email, name: name ?? member.name });
      const stored = await hasher.hash(password);
      const action = link.kind === 'invite' ? 'member.join' : 'member.reset_password';
      const after = { ...memberFacts(member), ...(name === undefined ? {} : { name }), status: 'active' };
      const accepted = await writer.acceptLink(
        link,
        { name: name?.trim(), password: stored, now: clock.now() },
        auditAs(member.email)(action, member.id, { after }),
      );
      if (!accepted) throw unusable('has just been used');
      return accepted;
    },
  };
}

function unusable(reason: string): TollgateError {
  return new TollgateError('link_unusable', { values: { reason } });
}
