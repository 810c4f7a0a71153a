// Sign-ins that failed, in the audit log: at most one entry a minute for each member or identity provider, and one for all strangers,
// with how many there were, so that whoever guesses cannot fill the disk. What was typed is not kept: people type passwords into the wrong field.
import type { Clock } from '../core/clock.ts';
import type { Member, SessionStore } from '../core/members.ts';
import type { AuditSource } from './audit-facts.ts';

const everyMs = 60_000;
/** Members at whom somebody guesses within a minute, of whom entries are kept apart. */
const mostTargets = 1_000;

interface Count {
  count: number;
  /** Monotonic ms. */
  until: number;
}

export interface LoginAudit {
  password(member: Member | undefined, address: string): void;
  sso(provider: string, facts: Readonly<Record<string, string>>): void;
}

export function createLoginAudit(
  store: Pick<SessionStore, 'note'>,
  auditAs: (name: string) => AuditSource,
  clock: Clock,
): LoginAudit {
  const counts = new Map<string, Count>();

  function note(target: string, facts: Readonly<Record<string, string>>): void {
    const now = clock.monotonic();
    const counted = counts.get(target);
    if (counted && counted.until > now) {
      counted.count++;
      return;
    }
    for (const [each, { until }] of counts) if (until <= now && each !== target) counts.delete(each);
    if (counts.size >= mostTargets) return;
    counts.set(target, { count: 0, until: now + everyMs });
    const more = counted && counted.count > 0 ? { more_in_the_minute_before: counted.count } : {};
    const entry = auditAs('anonymous')('session.refuse', target, { after: { ...facts, ...more } });
    // @NOTE the answer is about signing in; a log that cannot be written is told by whatever is written next.
    store.note(entry).catch(() => undefined);
  }

  return {
    password: (member, address) =>
      note(member?.id ?? 'unknown', { address, ...(member ? { email: member.email } : {}) }),
    sso: (provider, facts) => note(`sso:${provider}`, facts),
  };
}
