// The admin API behind one function: finds the endpoint, checks token, address and input, and writes the answer. What is thrown
// goes to whoever called, who makes the error envelope of it.
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type AuditSource, createAuditSource } from '../accounts/audit-facts.ts';
import { type Clock, createIdSource } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { Exchange } from '../core/exchange.ts';
import { mayAct, type Role } from '../core/roles.ts';
import { receive } from '../pipeline/receive.ts';
import { commonHeaders, type Headers, sendJson } from '../pipeline/respond.ts';
import type { Callers, Identified } from './callers.ts';
import { createInputCheck, type InputCheck } from './check-input.ts';
import { type ClientFacts, type ClientOrigin, cookieHeader, readCookie } from './client-facts.ts';
import type { ListOf } from './contract/forms.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { databaseAway } from './database-away.ts';
import { type AdminAnswer, type Endpoint, roleFor } from './endpoint.ts';
import { createRoutes, type Found } from './routes.ts';

export const adminPrefix = '/admin/v1';
export const documentPath = '/admin/openapi.json';
/** Nothing that belongs here is larger. */
const bodyLimit = 256 * 1024;

export interface AdminApiParts {
  readonly endpoints: readonly Endpoint[];
  /** What `/admin/openapi.json` has; the same everywhere, so nobody is asked for a token. */
  readonly document: () => unknown;
  readonly callers: Callers;
  readonly addressOf: (exchange: Exchange) => string;
  readonly originOf: (exchange: Exchange) => ClientOrigin;
  readonly clock: Clock;
}

/** Answers one request below `/admin/v1`. Throws TollgateError. */
export type AdminApi = (exchange: Exchange) => Promise<void>;

export function createAdminApi({
  endpoints,
  document,
  callers,
  addressOf,
  originOf,
  clock,
}: AdminApiParts): AdminApi {
  const find = createRoutes(endpoints);
  const check = createInputCheck();
  const nextAuditId = createIdSource('aud_', clock);

  return async function adminApi(exchange) {
    // Also on errors, which somebody else writes.
    exchange.outgoing.setHeader('cache-control', 'no-store');
    const { incoming } = exchange;
    if (isFor(incoming, documentPath)) {
      sendJson(exchange.outgoing, 200, commonHeaders(exchange.id), JSON.stringify(document()));
      return;
    }
    const seen = originOf(exchange);
    const client: ClientFacts = {
      origin: seen.origin,
      secure: seen.secure,
      address: addressOf(exchange),
      userAgent: incoming.headers['user-agent'] ?? '',
      cookie: (name) => readCookie(incoming.headers.cookie, name, seen),
    };
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://gateway');
    const found = find(incoming.method ?? '', pathname.slice(adminPrefix.length));
    try {
      // Who does not say who they are does not learn what is there.
      const least = 'allow' in found ? 'viewer' : roleFor(found.endpoint);
      const known =
        least === 'anyone'
          ? callers.admitAnyone(incoming, seen.hosts)
          : await callers.identify(incoming, client, seen.hosts);
      if ('allow' in found) throw notFound(exchange, found.allow, pathname);
      requireRole(known, least);
      const who = {
        ...known,
        client,
        auditAs: (name: string) => createAuditSource(name, clock, nextAuditId),
      };
      const answer = await call(exchange, found, searchParams, check, who);
      using _watch = answer.file && watchSession(known, answer.file.content);
      await write(exchange, found.endpoint, answer, seen);
    } catch (error) {
      throw databaseAway(error) ?? error;
    }
  };
}

function isFor({ method, url }: Exchange['incoming'], path: string): boolean {
  return (method === 'GET' || method === 'HEAD') && url?.split('?', 1)[0] === path;
}

function requireRole({ caller }: Identified, least: Role | 'anyone'): void {
  if (least === 'anyone' || mayAct(caller.role, least)) return;
  throw new TollgateError('admin_role_required', { values: { least, role: caller.role } });
}

/** A stream ends with the session it was asked for in. */
function watchSession({ goesOn }: Identified, content: Readable): Disposable | undefined {
  if (!goesOn) return undefined;
  const timer = setInterval(() => {
    goesOn().then(
      (still) => still || content.destroy(),
      // The database is away: what was allowed stays so until it says otherwise.
      () => undefined,
    );
  }, 1000);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

interface Who extends Identified {
  readonly client: ClientFacts;
  readonly auditAs: (name: string) => AuditSource;
}

async function call(
  exchange: Exchange,
  { endpoint, params }: Found,
  searchParams: URLSearchParams,
  check: InputCheck,
  { caller, session, client, auditAs }: Who,
): Promise<AdminAnswer> {
  const { incoming } = exchange;
  const query = check.query(endpoint.query ?? noQuery, searchParams);
  const list = [endpoint.path, ...Object.values(params)].join(' ');
  if (typeof query.cursor === 'string') query.cursor = openCursor(list, query.cursor);
  const body = endpoint.body ? await readBody(exchange, endpoint) : undefined;
  if (endpoint.body) check.body(endpoint.body, body);
  const revision = endpoint.conditional ? revisionOf(incoming.headers['if-match']) : undefined;
  const audit = auditAs(caller.name);
  const asked = { params, query, body, revision, caller, audit, auditAs, client, session };
  return withSealedCursor(list, await endpoint.handle(asked));
}

function withSealedCursor(list: string, answer: AdminAnswer): AdminAnswer {
  const { next_cursor: place } = (answer.body ?? {}) as Partial<ListOf<unknown>>;
  if (typeof place !== 'string') return answer;
  return { ...answer, body: { ...(answer.body as object), next_cursor: sealCursor(list, place) } };
}

const noQuery = { type: 'object', properties: {}, additionalProperties: false } as never;

async function readBody({ incoming, signal }: Exchange, endpoint: Endpoint): Promise<unknown> {
  const bytes = await receive(incoming, bodyLimit, signal);
  if (bytes.length === 0 && endpoint.bodyOptional) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new TollgateError('invalid_json', { cause });
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw new TollgateError('invalid_json');
}

/** RFC 9110 section 13.1.1. `*` is any revision. */
function revisionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const [, revision] = /^\s*(?:W\/)?"?(\d{1,15})"?\s*$/.exec(ifMatch) ?? [];
  if (revision !== undefined) return Number(revision);
  throw new TollgateError('invalid_value', {
    param: 'If-Match',
    values: { reason: 'it is the `ETag` of the answer that was read, such as "3".' },
  });
}

async function write(
  exchange: Exchange,
  endpoint: Endpoint,
  answer: AdminAnswer,
  seen: ClientOrigin,
): Promise<void> {
  const { outgoing } = exchange;
  if (answer.cookies) {
    outgoing.setHeader(
      'set-cookie',
      answer.cookies.map((cookie) => cookieHeader(cookie, seen)),
    );
  }
  const headers: Headers = {
    ...commonHeaders(exchange.id),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(answer.revision === undefined ? {} : { etag: `"${answer.revision}"` }),
  };
  if (answer.file) {
    headers['content-type'] = answer.file.type;
    if (answer.file.name !== undefined) {
      headers['content-disposition'] = `attachment; filename="${answer.file.name}"`;
    } else headers['x-accel-buffering'] = 'no';
    outgoing.writeHead(endpoint.status, headers);
    if (exchange.incoming.method === 'HEAD') {
      answer.file.content.destroy();
      outgoing.end();
      return;
    }
    // A reader who leaves ends the export; one that fails in the middle closes the connection, so no half file looks whole.
    await pipeline(answer.file.content, outgoing).catch(() => outgoing.destroy());
    return;
  }
  if (answer.location !== undefined) headers.location = answer.location;
  if (endpoint.status === 204 || endpoint.status === 302) {
    outgoing.writeHead(endpoint.status, headers);
    outgoing.end();
    return;
  }
  const json = JSON.stringify(answer.body);
  headers['content-type'] = 'application/json; charset=utf-8';
  headers['content-length'] = Buffer.byteLength(json);
  outgoing.writeHead(endpoint.status, headers);
  outgoing.end(json);
}

function notFound({ incoming, outgoing }: Exchange, allow: readonly string[], path: string): TollgateError {
  const values = { method: incoming.method ?? '', path: path.slice(0, 200) };
  if (allow.length === 0) return new TollgateError('unknown_url', { values });
  outgoing.setHeader('allow', allow.join(', '));
  return new TollgateError('method_not_allowed', { values: { ...values, allow: allow.join(', ') } });
}
