// What tollgate.yaml says about signing in to the console.
import type { Role } from './roles.ts';

/** An identity provider that speaks OpenID Connect. */
export interface SsoProvider {
  /** In URLs, and on the button. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: a public client, which has PKCE alone. */
  readonly clientSecret: { reveal(): string } | undefined;
  readonly scopes: readonly string[];
  /** Domains whose people become members by signing in; `*` = any; none = only who was invited. */
  readonly allowedDomains: readonly string[];
  /** Roles by values of a claim: `groups` with `{ admins: admin }`. */
  readonly roles: { readonly claim: string; readonly map: Readonly<Record<string, Role>> } | undefined;
  readonly defaultRole: Role | undefined;
  /** Its e-mail addresses count as verified although it does not say so. */
  readonly trustUnverifiedEmail: boolean;
}

export interface ConsoleSettings {
  readonly passwordLogin: boolean;
  /** Whether providers made in the console may be at private and loopback addresses. */
  readonly privateUpstreams: boolean;
  readonly sso: readonly SsoProvider[];
  /** Where browsers see the gateway: `https://gateway.example.com`. */
  readonly publicUrl: string | undefined;
}
