// The part of tollgate.yaml about the console: who may sign in, and how. Leaves as in schema.ts.
import { type Static, Type } from 'typebox';
import { roles } from '../core/roles.ts';
import { closed, Switch, text } from './schema-forms.ts';

const Role = Type.Enum([...roles], { expects: '`admin`, `member` or `viewer`' });

/** Only to this machine may secrets go unencrypted. */
const loopback = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export const PublicUrl = text(
  'an http or https URL of scheme and host alone, such as https://gateway.example.com',
  (value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    return url !== undefined && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
  },
);

const Issuer = text(
  'the https URL of an OpenID Connect issuer, such as https://login.example.com/realms/acme (http only on this machine)',
  (value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (!url || url.username + url.password + url.search + url.hash !== '') return false;
    return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname));
  },
);

const line = (expects: string) => text(expects, (value) => /^[\x20-\x7e]{1,2000}$/.test(value));

const Sso = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$',
      expects: 'a name of up to 40 letters, digits, spaces, `.`, `_` and `-`, such as Okta',
    }),
    issuer: Issuer,
    client_id: line('the id of this gateway at the provider'),
    client_secret: Type.Optional(
      line(`the secret of this gateway at the provider, such as "\${OIDC_SECRET}"`),
    ),
    scopes: Type.Optional(
      Type.Array(
        text('the name of a scope, such as groups', (value) =>
          /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(value),
        ),
        { maxItems: 32, expects: 'a list of scopes: [ openid, email, profile, groups ]' },
      ),
    ),
    allowed_domains: Type.Optional(
      Type.Array(
        text('a domain, such as example.com, or "*"', (value) =>
          /^(\*|(?:[\p{L}\p{N}-]{1,63}\.)+[\p{L}\p{N}-]{2,63})$/u.test(value),
        ),
        { maxItems: 256, expects: 'a list of domains: [ example.com ]' },
      ),
    ),
    roles: Type.Optional(
      Type.Object(
        {
          claim: line('the name of a claim, such as groups'),
          map: Type.Record(Type.String({ minLength: 1, maxLength: 500 }), Role, {
            keyExpects: 'a value of the claim',
            expects: '{ gateway-admins: admin, staff: member }',
          }),
        },
        { ...closed, expects: '{ claim: groups, map: { gateway-admins: admin } }' },
      ),
    ),
    default_role: Type.Optional(Role),
    trust_unverified_email: Type.Optional(Switch),
  },
  closed,
);

export const Console = Type.Object(
  {
    password_login: Type.Optional(Switch),
    private_upstreams: Type.Optional(Switch),
    sso: Type.Optional(
      Type.Array(Sso, {
        maxItems: 16,
        expects: 'a list of identity providers: [ { name: …, issuer: …, client_id: … } ]',
      }),
    ),
  },
  closed,
);

export type SsoEntry = Static<typeof Sso>;
