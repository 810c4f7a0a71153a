// Keys in words: what a status means, which models, whose. Pure.
import type { Key, Session } from '../../api/contract.ts';
import type { Tone } from '../../ui/badge.tsx';

export const statusTones: Readonly<Record<Key['status'], Tone>> = {
  active: 'good',
  disabled: 'warn',
  expired: 'warn',
  revoked: 'neutral',
};

export const statusWords: Readonly<Record<Key['status'], string>> = {
  active: 'Active',
  disabled: 'Disabled',
  expired: 'Expired',
  revoked: 'Revoked',
};

export const statusMeaning: Readonly<Record<Key['status'], string>> = {
  active: 'Requests with it are answered.',
  disabled: 'Requests with it get 403 until it is enabled.',
  expired: 'Requests with it get 403 until it has a later end.',
  revoked: 'Requests with it get 401 for ever.',
};

/** `All models`, `gpt-5.1 and 2 more`. */
export function modelsWords(models: readonly string[] | null): string {
  const [first, second, ...rest] = models ?? [];
  if (first === undefined) return 'All models';
  if (second === undefined) return first;
  return rest.length === 0 ? `${first}, ${second}` : `${first} and ${rest.length + 1} more`;
}

/** Whether whoever is signed in may change it: the gateway decides again. */
export function mayManage(key: Pick<Key, 'created_by'>, session: Session | undefined): boolean {
  if (session === undefined) return false;
  const { id, role } = session.member;
  return role === 'admin' || (role === 'member' && key.created_by?.id === id);
}

/** Why it may not be changed. */
export function whyNotManage(key: Pick<Key, 'created_by'>, session: Session | undefined): string {
  if (session?.member.role === 'viewer') return 'Viewers change nothing. Ask an administrator.';
  const owner = key.created_by?.name;
  return owner
    ? `This key belongs to “${owner}”; only they and administrators change it.`
    : 'This key belongs to the administrators; only they change it.';
}
