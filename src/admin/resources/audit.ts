// `/audit`: every change an administrator made.
import type { AuditReader } from '../../core/audit.ts';
import type { Clock } from '../../core/clock.ts';
import * as contract from '../contract/audit.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { listOf, pageOf } from '../pages.ts';
import { isoTime, parseMoment } from '../times.ts';

export function auditEndpoints(reader: AuditReader, clock: Clock): Endpoint[] {
  return [
    endpoint({
      resource: 'audit',
      method: 'GET',
      path: '/audit',
      summary: 'The audit log, newest first',
      role: 'admin',
      query: contract.AuditQuery,
      status: 200,
      answer: listSchema(contract.AuditEntry),
      handle: async ({ query }) => {
        const { actor, action, target_kind: targetKind, target_id: targetId, from, to } = query;
        const now = clock.now();
        const filter = {
          actor,
          action,
          targetKind,
          targetId,
          from: from === undefined ? undefined : parseMoment(from, 'from', now),
          to: to === undefined ? undefined : parseMoment(to, 'to', now),
        };
        return {
          body: listOf(await reader.entries(filter, pageOf(query)), (entry) => ({
            id: entry.id,
            at: isoTime(entry.at),
            actor: entry.actor,
            action: entry.action,
            target_kind: entry.targetKind,
            target_id: entry.targetId,
            before: entry.before ?? null,
            after: entry.after ?? null,
          })),
        };
      },
    }),
  ];
}
