import { describe, expect, it } from 'vitest';
import type { Caller } from '../../core/roles.ts';
import { mayReadContent, requireNarrower } from './permission.ts';

const admin: Caller = { kind: 'token', name: 'admin-token', role: 'admin' };
const member: Caller = { kind: 'member', memberId: 'mem_1', name: 'ada@example.com', role: 'member' };
const viewer: Caller = { ...member, role: 'viewer' };

describe('what was said', () => {
  it.each([
    [admin, undefined, true],
    [admin, 'mem_2', true],
    [member, 'mem_1', true],
    [member, 'mem_2', false],
    [member, undefined, false],
    [viewer, 'mem_1', false],
  ])('is read by %o of a key of %s: %s', (caller, owner, allowed) => {
    expect(mayReadContent(caller, owner)).toBe(allowed);
  });

  it.each([
    [undefined, undefined, true],
    [undefined, false, true],
    [undefined, true, false],
    [true, true, true],
    [true, false, true],
    [true, undefined, true],
    [false, false, true],
    [false, undefined, false],
    [false, true, false],
  ])('a member may change `log_content` from %s to %s: %s', (before, after, allowed) => {
    const change = () => requireNarrower(member, before, after);
    if (allowed) expect(change).not.toThrow();
    else
      expect(change).toThrow(
        expect.objectContaining({ code: 'invalid_value', param: 'options.log_content' }),
      );
    expect(() => requireNarrower(admin, before, after)).not.toThrow();
  });
});
