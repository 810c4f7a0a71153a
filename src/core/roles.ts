// What people may do, in three steps, and who somebody is that calls the admin API. Knows no HTTP and no store.

/** From least to most. `viewer` reads, `member` has keys of their own too, `admin` does everything. */
export const roles = ['viewer', 'member', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whether `role` is `least` or more. */
export function mayAct(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}

/** Who is calling: whoever has the admin token (role `admin`), a member in a session, or anyone, where anyone may. */
export interface Caller {
  readonly kind: 'token' | 'member' | 'anyone';
  readonly memberId?: string;
  /** For the audit log: `admin-token`, or the member's e-mail address. */
  readonly name: string;
  readonly role: Role;
}
