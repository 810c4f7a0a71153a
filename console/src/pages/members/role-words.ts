// What the roles are called, and what each may do, in one sentence.
import type { Role } from '../../api/session.ts';

export const roleNames: Readonly<Record<Role, string>> = {
  admin: 'Administrator',
  member: 'Member',
  viewer: 'Viewer',
};

export const roleSentences: Readonly<Record<Role, string>> = {
  admin: 'Does everything: keys and limits of everybody, providers, members, settings.',
  member: 'Reads everything but members and the audit log. Has API keys of their own, and the playground.',
  viewer: 'Reads what a member reads, and changes nothing.',
};

/** From least to most. */
export const roleOrder: readonly Role[] = ['viewer', 'member', 'admin'];
