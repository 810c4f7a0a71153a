import { describe, expect, test } from 'vitest';
import { beginSsoFlow, resumeSsoFlow } from './sso-flow.ts';

const flow = {
  provider: 'Acme ID',
  redirectUri: 'https://gateway.example.com/admin/v1/sso/Acme%20ID/callback',
  next: '/keys?status=active',
  expiresAt: 1_000,
};

describe('a sign-in under way', () => {
  test('is found again with what the browser kept and what the provider gave back', () => {
    const { kept, ...secrets } = beginSsoFlow(flow);
    expect(resumeSsoFlow(kept, secrets.state, 999)).toEqual({ ...flow, ...secrets });
    expect(resumeSsoFlow(kept, secrets.state, 1_000)).toBeUndefined();
  });

  test('has secrets of its own, which the state does not tell', () => {
    const [one, other] = [beginSsoFlow(flow), beginSsoFlow(flow)];
    const all = [one, other].flatMap(({ state, nonce, verifier }) => [state, nonce, verifier]);
    expect(new Set(all).size).toBe(6);
    for (const each of all) expect(each).toMatch(/^[\w-]{43}$/);
    expect(one.kept).toMatch(/^[\w.-]+$/);
  });

  test('is none with the state of another, or with facts that were changed', () => {
    const [one, other] = [beginSsoFlow(flow), beginSsoFlow(flow)];
    expect(resumeSsoFlow(one.kept, other.state, 0)).toBeUndefined();
    const [secret] = one.kept.split('.');
    const longer = Buffer.from(JSON.stringify({ ...flow, expiresAt: 1e15 })).toString('base64url');
    expect(resumeSsoFlow(`${secret}.${longer}`, one.state, 2_000)).toBeUndefined();
    for (const kept of [undefined, '', '.', 'x.y', `${secret}.`, `${one.kept}.more`]) {
      expect(resumeSsoFlow(kept, one.state, 0)).toBeUndefined();
    }
    expect(resumeSsoFlow(one.kept, '', 0)).toBeUndefined();
  });
});
