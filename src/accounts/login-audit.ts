// Sign-ins that failed, in the audit log: at most one entry a minute for each member and one for all strangers, with how many there
// were, so that whoever guesses cannot fill the disk. What was typed is not kept: people type passwords into the wrong field.
import type { Clock } from '../core/clock.ts';
import type { Member, SessionStore } from '../core/members.ts';
import type { AuditSource } from './audit-facts.ts';

const everyMs = 60_000;
/** Members at whom somebody guesses within a minute, of whom entries are kept apart. */
const mostMembers = 1_000;

interface Count {
  count: number;
  /** Monotonic ms. */
  until: number;
}

export function createLoginAudit(
  store: Pick<SessionStore, 'note'>,
  auditAs: (name: string) => AuditSource,
  clock: Clock,
) {
  const counts = new Map<string, Count>();

  return function noteFailure(member: Member | undefined, address: string): void {
    const now = clock.monotonic();
    const id = member?.id ?? 'unknown';
    const counted = counts.get(id);
    if (counted && counted.until > now) {
      counted.count++;
      return;
    }
    for (const [each, { until }] of counts) if (until <= now && each !== id) counts.delete(each);
    if (counts.size >= mostMembers) return;
    counts.set(id, { count: 0, until: now + everyMs });
    const more = counted && counted.count > 0 ? { more_in_the_minute_before: counted.count } : {};
    const facts = { after: { address, ...(member ? { email: member.email } : {}), ...more } };
    // @NOTE the answer is about the password; a log that cannot be written is told by whatever is written next.
    store.note(auditAs('anonymous')('session.refuse', id, facts)).catch(() => undefined);
  };
}
