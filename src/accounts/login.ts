// Signing in with e-mail address and password. Guessing is made slow without letting a stranger lock the right person out:
//   a browser that signed in before carries a sign of it and has attempts of its own, whatever others do meanwhile;
//   from anywhere else, attempts are counted by address and by account.
// What is said, and how long it takes, is the same for an address nobody has.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Clock, randomBase62 } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { Member, MemberReader, MemberWriter } from '../core/members.ts';
import { type AttemptLimit, createAttemptLimit } from './attempt-limit.ts';
import type { PasswordHasher } from './password-hash.ts';

export interface LoginRequest {
  readonly email: string;
  readonly password: string;
  readonly address: string;
  /** What `deviceSign` gave this browser when somebody signed in with it. */
  readonly device?: string | undefined;
}

export interface Login {
  /** Errors: `login_failed`, `login_too_many_attempts`, `member_disabled`. */
  signIn(request: LoginRequest): Promise<Member>;
  /** Whether that is the member's password, for a change of it: counted as an attempt of this session. */
  confirm(member: Member, password: string, sessionId: string): Promise<boolean>;
  /** A sign that the member has signed in with this browser; void when the password changes. */
  deviceSign(memberId: string): Promise<string | undefined>;
}

const byAddress = { burst: 10, refillMs: 6_000 };
/** Over all addresses: 2,880 guesses a day at the most, for which a password of ten characters is no match. */
const byAccount = { burst: 10, refillMs: 30_000 };
const byDevice = { burst: 10, refillMs: 6_000 };

export interface LoginParts {
  readonly reader: Pick<MemberReader, 'memberForLogin' | 'passwordOf'>;
  readonly writer: Pick<MemberWriter, 'rehash'>;
  readonly hasher: PasswordHasher;
  /** Told of each attempt that failed, with the member whose address it was. */
  readonly onFailure: (member: Member | undefined, address: string) => void;
  readonly clock: Clock;
}

export function createLogin({ reader, writer, hasher, onFailure, clock }: LoginParts): Login {
  const addresses = createAttemptLimit(byAddress, clock);
  const accounts = createAttemptLimit(byAccount, clock);
  const devices = createAttemptLimit(byDevice, clock);

  return {
    signIn: async ({ email, password, address, device }) => {
      const found = await reader.memberForLogin(email);
      const known = found?.password !== undefined && knowsDevice(device, found.member.id, found.password);
      const limits: [AttemptLimit, string][] = known
        ? [[devices, device ?? '']]
        : [
            [addresses, networkOf(address)],
            [
              accounts,
              found?.member.id ?? `unknown ${email.trim().normalize('NFKC').toLowerCase().slice(0, 254)}`,
            ],
          ];
      takeAll(limits);
      const right = await hasher.verify(password, found?.password);
      if (!found || !right) {
        onFailure(found?.member, address);
        throw new TollgateError('login_failed');
      }
      for (const [limit, name] of limits) limit.giveBack(name);
      const { member, password: stored = '' } = found;
      if (member.status !== 'active') throw new TollgateError('member_disabled');
      if (hasher.outdated(stored)) await writer.rehash(member.id, stored, await hasher.hash(password));
      return member;
    },
    confirm: async (member, password, sessionId) => {
      takeAll([[devices, sessionId]]);
      const right = await hasher.verify(password, await reader.passwordOf(member.id));
      if (right) devices.giveBack(sessionId);
      return right;
    },
    deviceSign: async (memberId) => {
      const stored = await reader.passwordOf(memberId);
      if (stored === undefined) return undefined;
      const nonce = randomBase62(22);
      return `${memberId}.${nonce}.${mac(stored, memberId, nonce)}`;
    },
  };
}

/** From all, or from none. Throws `login_too_many_attempts`. */
function takeAll(limits: readonly (readonly [AttemptLimit, string])[]): void {
  for (const [index, [limit, name]] of limits.entries()) {
    const waitMs = limit.take(name);
    if (waitMs === 0) continue;
    for (const [taken, other] of limits.slice(0, index)) taken.giveBack(other);
    throw new TollgateError('login_too_many_attempts', {
      values: { seconds: Math.ceil(waitMs / 1000) },
      retryAfterMs: waitMs,
    });
  }
}

/** An IPv6 customer has 2^64 addresses. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':');
  if (tail !== undefined) while (groups.length < 8 - tail.split(':').length) groups.push('0');
  return groups.slice(0, 4).join(':');
}

function knowsDevice(device: string | undefined, memberId: string, stored: string): boolean {
  const [id, nonce = '', sign = ''] = (device ?? '').split('.');
  if (id !== memberId) return false;
  const [given, right] = [Buffer.from(sign), Buffer.from(mac(stored, memberId, nonce))];
  return given.length === right.length && timingSafeEqual(given, right);
}

/** The stored password is what nobody else knows, and what changes with the password. */
function mac(stored: string, memberId: string, nonce: string): string {
  return createHmac('sha256', stored).update(`device ${memberId} ${nonce}`).digest('base64url');
}
