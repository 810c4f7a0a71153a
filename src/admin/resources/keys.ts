// `/keys`: API keys with what they did, and the two moments in which a secret is shown.
import type { AccountKeys, KeySettingsChange } from '../../accounts/account-keys.ts';
import { requireNarrower } from '../../accounts/content/permission.ts';
import { tightest } from '../../accounts/limit-standing.ts';
import type { LimitAdmin } from '../../accounts/limits.ts';
import type { Projects } from '../../accounts/projects.ts';
import { notFound } from '../../accounts/revisions.ts';
import type { WindowOf } from '../../budgets/window.ts';
import type { AccountReader } from '../../core/accounts.ts';
import type { Clock } from '../../core/clock.ts';
import { TollgateError } from '../../core/errors.ts';
import type { Caller } from '../../core/roles.ts';
import type { StoredKey } from '../../core/stored-key.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import * as contract from '../contract/keys.ts';
import { type AdminAnswer, type Endpoint, endpoint } from '../endpoint.ts';
import { orderOf, readOptions, requireKnown, wrongCursor } from '../key-input.ts';
import { showKey } from '../key-view.ts';
import { showTightest } from '../limit-view.ts';
import { pageOf } from '../pages.ts';
import { isoTime, parseSpan, parseTime } from '../times.ts';

export interface KeyParts {
  readonly keys: AccountKeys;
  readonly projects: Projects;
  readonly limits: Pick<LimitAdmin, 'ofOwners'>;
  readonly reader: AccountReader;
  readonly hasModel: (name: string) => boolean;
  readonly windowOf: WindowOf;
  readonly timeZone: () => string;
  readonly clock: Clock;
}

const longestOverlapMs = 90 * 86_400_000;
const resource = 'keys';

export function keyEndpoints(parts: KeyParts): Endpoint[] {
  const { keys, projects, reader, clock } = parts;
  const monthStart = () => parts.windowOf('month', parts.timeZone(), clock.now()).start;

  async function shown(rows: readonly StoredKey[]): Promise<contract.Key[]> {
    const since = monthStart();
    const activity = await reader.activity(
      rows.map(({ id }) => id),
      since,
    );
    const limits = await parts.limits.ofOwners(
      rows.map(({ organizationId, projectId, id }) => ({
        organization: organizationId,
        project: projectId,
        key: id,
      })),
    );
    return rows.map((row, index) => ({
      ...showKey(row, activity.get(row.id), since, clock.now()),
      limit: showTightest(tightest(limits[index] ?? [])),
    }));
  }

  async function detail(key: StoredKey): Promise<contract.KeyDetail> {
    const [row] = await shown([key]);
    const previous = await reader.previousSecrets(key.id, clock.now());
    return {
      ...(row as contract.Key),
      previous_secrets: previous.map(({ preview, expiresAt }) => ({
        preview,
        expires_at: isoTime(expiresAt),
      })),
    };
  }

  const answer = async (key: StoredKey): Promise<AdminAnswer<contract.KeyDetail>> => ({
    body: await detail(key),
    revision: key.revision,
  });

  async function find(id: string): Promise<StoredKey> {
    const key = await reader.key(id);
    if (!key) throw notFound('key', id);
    return key;
  }

  /** A key never changes hands, so it may be asked before the change. */
  async function requireOwn(id = '', caller: Caller): Promise<void> {
    if (caller.role === 'admin') return;
    const key = await find(id);
    if (key.memberId !== undefined && key.memberId === caller.memberId) return;
    throw new TollgateError('admin_key_of_another', {
      values: { owner: key.memberName ?? 'the administrators' },
    });
  }

  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/keys',
      summary: 'List keys, newest first',
      description:
        'With what each spent this month and the limit that stops it first. Never the keys themselves.',
      query: contract.KeyQuery,
      status: 200,
      answer: listSchema(contract.Key),
      handle: async ({ query, caller }) => {
        const { project, organization, status, name, search, kind, member } = query;
        const memberId = member === 'me' ? caller.memberId : member;
        // Whoever has the admin token is no member, and has no keys.
        if (member !== undefined && memberId === undefined) return { body: { data: [], next_cursor: null } };
        const filter = {
          status,
          name,
          search,
          kind,
          memberId,
          projectId: project === undefined ? undefined : (await projects.find(project)).id,
          organizationId:
            organization === undefined ? undefined : (await projects.findOrganization(organization)).id,
        };
        const page = await reader
          .keys(filter, pageOf(query), clock.now(), orderOf(query, monthStart()))
          .catch(wrongCursor);
        return { body: { data: await shown(page.items), next_cursor: page.nextCursor ?? null } };
      },
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/keys',
      summary: 'Make a key',
      description:
        'The answer is the only place where `key` is ever shown. Made by a member it is that member’s key.',
      body: contract.NewKey,
      status: 201,
      answer: contract.KeyWithSecret,
      role: 'member',
      handle: async ({ body, caller, audit }) => {
        requireKnown(body, parts.hasModel);
        requireNarrower(caller, undefined, body.options?.log_content);
        const { key, secret } = await keys.create(
          {
            name: body.name,
            project: body.project ?? undefined,
            models: body.models ?? undefined,
            expiresAt: body.expires_at == null ? undefined : parseTime(body.expires_at, 'expires_at'),
            allowedIps: body.allowed_ips ?? undefined,
            options: body.options == null ? undefined : readOptions(body.options),
            metadata: body.metadata ?? undefined,
            memberId: caller.memberId,
            limits: body.limits?.map(({ time_zone: timeZone, ...limit }) => ({ ...limit, timeZone })),
          },
          audit,
        );
        return { body: { ...(await detail(key)), key: secret }, revision: key.revision };
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/keys/{id}',
      summary: 'One key',
      status: 200,
      answer: contract.KeyDetail,
      handle: async ({ params }) => answer(await find(params.id ?? '')),
    }),
    endpoint({
      resource,
      method: 'PATCH',
      path: '/keys/{id}',
      summary: 'Change, disable or enable a key',
      description:
        '`null` takes a restriction away. A disabled key is refused from the next request on, by every node.',
      body: contract.KeyChange,
      status: 200,
      answer: contract.KeyDetail,
      conditional: true,
      role: 'member',
      handle: async ({ params, body, revision, caller, audit }) => {
        await requireOwn(params.id, caller);
        requireKnown(body, parts.hasModel);
        if (body.options !== undefined) {
          const before = (await find(params.id ?? '')).options?.logContent;
          requireNarrower(caller, before, body.options?.log_content);
        }
        const change: KeySettingsChange = {
          name: body.name,
          models: body.models,
          expiresAt: body.expires_at == null ? body.expires_at : parseTime(body.expires_at, 'expires_at'),
          allowedIps: body.allowed_ips,
          options: body.options == null ? body.options : readOptions(body.options),
          metadata: body.metadata,
          disabled: body.disabled,
        };
        return answer(await keys.update(params.id ?? '', change, revision, audit));
      },
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/keys/{id}/rotate',
      summary: 'Give a key a new secret',
      description:
        'The key keeps its id, limits and history. The old secret works on for `overlap`, so that clients can change over.',
      body: contract.KeyRotation,
      bodyOptional: true,
      status: 200,
      answer: contract.KeyWithSecret,
      conditional: true,
      role: 'member',
      handle: async ({ params, body, revision, caller, audit }) => {
        await requireOwn(params.id, caller);
        const overlapMs = parseSpan(body.overlap ?? '24h', 'overlap', longestOverlapMs);
        const { key, secret } = await keys.rotate(params.id ?? '', overlapMs, revision, audit);
        return { body: { ...(await detail(key)), key: secret }, revision: key.revision };
      },
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/keys/{id}/revoke',
      summary: 'Revoke a key for ever',
      description: 'The same as `DELETE`, for clients that want the key back in the answer.',
      status: 200,
      answer: contract.KeyDetail,
      conditional: true,
      role: 'member',
      handle: async ({ params, revision, caller, audit }) => {
        await requireOwn(params.id, caller);
        return answer(await keys.revoke(params.id ?? '', revision, audit));
      },
    }),
    endpoint({
      resource,
      method: 'DELETE',
      path: '/keys/{id}',
      summary: 'Revoke a key for ever',
      description:
        'It is refused from the next request on, by every node; its row and its ledger stay. A key that was revoked before is left as it is.',
      status: 200,
      answer: contract.KeyDetail,
      conditional: true,
      role: 'member',
      handle: async ({ params, revision, caller, audit }) => {
        await requireOwn(params.id, caller);
        return answer(await keys.revoke(params.id ?? '', revision, audit));
      },
    }),
  ];
}
