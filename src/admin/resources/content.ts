// `/requests/{id}/content`: what was said, for those who may read it. Every look at it is in the audit log.
import type { ContentBox } from '../../accounts/content/content-box.ts';
import { mayReadContent } from '../../accounts/content/permission.ts';
import { notFound } from '../../accounts/revisions.ts';
import type { ContentSettings, ContentStore } from '../../core/content.ts';
import { TollgateError } from '../../core/errors.ts';
import type { RequestReader, RequestRow } from '../../core/request-search.ts';
import type { Caller } from '../../core/roles.ts';
import * as contract from '../contract/content.ts';
import type { RequestDetail } from '../contract/ledger.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { isoTime } from '../times.ts';

export interface ContentParts {
  readonly store: ContentStore;
  readonly box: Pick<ContentBox, 'open'>;
  readonly settings: () => ContentSettings;
  readonly reader: Pick<RequestReader, 'request'>;
}

const resource = 'requests';
const path = '/requests/{id}/content';

export function contentEndpoints({ store, box, settings, reader }: ContentParts): Endpoint[] {
  /** Of a row that retention deleted nobody knows whose it was: then it is for administrators. */
  async function requireReader(id: string, caller: Caller): Promise<void> {
    const found = await reader.request(id);
    if (mayReadContent(caller, found?.row.memberId)) return;
    throw new TollgateError('admin_role_required', { values: { least: 'admin', role: caller.role } });
  }

  return [
    endpoint({
      resource,
      method: 'GET',
      path,
      summary: 'What was said: the bodies of the request and of its answer',
      description:
        'Only where content logging was on. Administrators, and members for keys of their own. Each call is an entry of the audit log, `content.read`.',
      status: 200,
      answer: contract.RequestContent,
      role: 'member',
      handle: async ({ params, caller, audit }) => {
        const id = params.id ?? '';
        await requireReader(id, caller);
        const sealed = await store.read(id, audit('content.read', id, {}));
        if (!sealed) throw notFound('content of request', id);
        const content = await box.open(sealed);
        if (!content) throw new TollgateError('admin_content_sealed', { values: { key: sealed.secretKey } });
        const { prompt, answer } = content;
        return {
          body: {
            request_id: id,
            created_at: isoTime(sealed.createdAt),
            expires_at: isoTime(sealed.createdAt + settings().retentionMs),
            prompt: {
              text: prompt.text,
              bytes: prompt.bytes,
              truncated: prompt.truncated,
              media_left_out: prompt.mediaLeftOut,
            },
            answer,
          },
        };
      },
    }),
    endpoint({
      resource,
      method: 'DELETE',
      path,
      summary: 'Delete what was said; the row of the ledger stays',
      description:
        'Administrators, and members for keys of their own. It is gone at once and for good: `content.delete` in the audit log says who did it.',
      status: 204,
      role: 'member',
      handle: async ({ params, caller, audit }) => {
        const id = params.id ?? '';
        await requireReader(id, caller);
        if (!(await store.remove(id, audit('content.delete', id, {})))) {
          throw notFound('content of request', id);
        }
        return {};
      },
    }),
  ];
}

/** What the request's page can say before anybody reads it. */
export function createContentState({ store, settings }: Pick<ContentParts, 'store' | 'settings'>) {
  return async (row: RequestRow, caller: Caller): Promise<RequestDetail['content']> => {
    if (await store.has(row.id)) return mayReadContent(caller, row.memberId) ? 'kept' : 'forbidden';
    return settings().mode === 'off' ? 'off' : 'none';
  };
}
