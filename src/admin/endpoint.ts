// What an endpoint of the admin API is: its place, its schemas and what it does. The router, the OpenAPI document and
// docs/admin-api.md are all made of the list of them.
import type { Readable } from 'node:stream';
import type { Static, TObject, TSchema } from 'typebox';
import type { AuditSource } from '../accounts/audit-facts.ts';
import type { OpenSession } from '../accounts/sessions.ts';
import type { Caller, Role } from '../core/roles.ts';
import type { ClientFacts, CookieChange } from './client-facts.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** One request to an endpoint, checked. */
export interface AdminCall<Query = unknown, Body = unknown> {
  /** Values of `{id}` and its like in the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** Revision of `If-Match`. */
  readonly revision: number | undefined;
  readonly caller: Caller;
  /** Makes audit entries of whoever is calling. */
  readonly audit: AuditSource;
  /** The same under another name, for who becomes known only by the call: a sign-in. */
  readonly auditAs: (name: string) => AuditSource;
  readonly client: ClientFacts;
  /** Of a member. */
  readonly session: OpenSession | undefined;
}

export interface AdminAnswer<Result = unknown> {
  readonly body?: Result;
  /** Goes out as `ETag`. */
  readonly revision?: number;
  readonly cookies?: readonly CookieChange[];
  /** With status 302: where the browser goes next. */
  readonly location?: string;
  /** In the place of `body`: a file, piece by piece. Without a name it is shown as it comes, such as a stream of events. */
  readonly file?: { readonly type: string; readonly name?: string; readonly content: Readable };
}

export interface EndpointText {
  /** First column of the overview in docs, and the tag in OpenAPI. */
  readonly resource: string;
  readonly summary: string;
  readonly description?: string;
}

export interface Endpoint extends EndpointText {
  readonly method: Method;
  /** Below `/admin/v1`: `/keys/{id}`. */
  readonly path: string;
  readonly query?: TObject;
  readonly body?: TObject;
  /** Whether no body counts as an empty object. */
  readonly bodyOptional?: boolean;
  /** Status of success. */
  readonly status: 200 | 201 | 204 | 302;
  readonly answer?: TSchema;
  /** The answer is a stream of server-sent events; data of those that carry some. */
  readonly events?: TSchema;
  /** The least role that may call it; absent = `viewer` for GET, `admin` for anything else. `anyone`: nobody is asked who they are. */
  readonly role?: Role | 'anyone';
  /** Whether a change may be made to depend on a revision. */
  readonly conditional?: boolean;
  handle(call: AdminCall): Promise<AdminAnswer>;
}

/** The least role that may call it. */
export function roleFor({ method, role }: Pick<Endpoint, 'method' | 'role'>): Role | 'anyone' {
  return role ?? (method === 'GET' ? 'viewer' : 'admin');
}

interface Typed<Query extends TObject, Body extends TObject, Answer extends TSchema>
  extends Omit<Endpoint, 'query' | 'body' | 'answer' | 'handle'> {
  readonly query?: Query;
  readonly body?: Body;
  readonly answer?: Answer;
  handle(call: AdminCall<Static<Query>, Static<Body>>): Promise<AdminAnswer<Static<Answer>>>;
}

/** Ties what `handle` gets and gives to the schemas. The router has checked both before it calls. */
export function endpoint<Query extends TObject, Body extends TObject, Answer extends TSchema>(
  typed: Typed<Query, Body, Answer>,
): Endpoint {
  return typed as unknown as Endpoint;
}
