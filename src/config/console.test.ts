import { describe, expect, it } from 'vitest';
import { resolveConfig } from './config.ts';
import { readEnvironment } from './env.ts';

const read = (content: object) => {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  return resolveConfig(readEnvironment({}, { TOLLGATE_DATA: '/nowhere', SECRET: 'of the provider' }), {
    name: 'tollgate.yaml',
    bytes,
    modifiedAt: 0,
  }).console;
};
const acme = { name: 'Acme', issuer: 'https://id.example.com/realms/acme', client_id: 'tollgate' };

describe('console in tollgate.yaml', () => {
  it('is passwords alone, unless it says otherwise', () => {
    expect(read({})).toMatchObject({ passwordLogin: true, sso: [], publicUrl: undefined });
  });

  it('has identity providers, whose secrets are not printed', () => {
    const settings = read({
      server: { public_url: 'https://gw.example.com/' },
      console: {
        password_login: false,
        sso: [
          { ...acme, client_secret: `\${SECRET}`, allowed_domains: ['Example.com'], default_role: 'viewer' },
        ],
      },
    });
    expect(settings).toMatchObject({
      passwordLogin: false,
      publicUrl: 'https://gw.example.com',
      sso: [{ name: 'Acme', scopes: ['openid', 'email', 'profile'], allowedDomains: ['example.com'] }],
    });
    expect(settings.sso[0]?.clientSecret?.reveal()).toBe('of the provider');
    expect(JSON.stringify(settings)).not.toContain('of the provider');
  });

  it.each([
    [{ sso: [{ ...acme, issuer: 'http://id.example.com' }] }, /https URL.*http only on this machine/],
    [{ sso: [{ ...acme, name: 'a/b' }] }, /letters, digits/],
    [{ sso: [acme, { ...acme, name: 'ACME' }] }, /another identity provider/],
    [{ sso: [{ ...acme, allowed_domains: ['example.com'] }] }, /gives them no role/],
    [{ sso: [{ ...acme, default_role: 'owner' }] }, /`admin`, `member` or `viewer`/],
    [{ sso: [{ ...acme, secret: 'x' }] }, /client_secret/],
    [{ password_login: false }, /nobody could sign in/],
  ])('%j is refused with its place', (console, message) => {
    expect(() => read({ console })).toThrow(message);
  });

  it.each(['gw.example.com', 'https://gw.example.com/console', 'ftp://x', 'https://u:p@x'])(
    'server.public_url: %s is refused',
    (url) => {
      expect(() => read({ server: { public_url: url } })).toThrow(/scheme and host alone/);
    },
  );
});
