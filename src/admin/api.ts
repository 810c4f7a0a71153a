// The admin API behind one function: finds the endpoint, checks token, address and input, and writes the answer. What is thrown
// goes to whoever called, who makes the error envelope of it.
import { pipeline } from 'node:stream/promises';
import { type AuditSource, createAuditSource } from '../accounts/audit-facts.ts';
import { type Clock, createIdSource } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { Exchange } from '../core/exchange.ts';
import { type Caller, mayAct } from '../core/roles.ts';
import { receive } from '../pipeline/receive.ts';
import { commonHeaders, type Headers, sendJson } from '../pipeline/respond.ts';
import type { AdminAuthenticator } from './authenticate.ts';
import { createInputCheck, type InputCheck } from './check-input.ts';
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
  readonly authenticate: AdminAuthenticator;
  readonly addressOf: (exchange: Exchange) => string;
  readonly clock: Clock;
}

/** Answers one request below `/admin/v1`. Throws TollgateError. */
export type AdminApi = (exchange: Exchange) => Promise<void>;

export function createAdminApi({
  endpoints,
  document,
  authenticate,
  addressOf,
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
    const caller = await authenticate(incoming.headers.authorization, addressOf(exchange)).catch(
      (error: unknown) => {
        throw databaseAway(error) ?? error;
      },
    );
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://gateway');
    const found = find(incoming.method ?? '', pathname.slice(adminPrefix.length));
    if ('allow' in found) throw notFound(exchange, found.allow, pathname);
    const least = roleFor(found.endpoint);
    if (!mayAct(caller.role, least)) {
      throw new TollgateError('admin_role_required', { values: { least, role: caller.role } });
    }
    const audit = createAuditSource(caller.name, clock, nextAuditId);
    const answer = await call(exchange, found, searchParams, check, caller, audit).catch((error: unknown) => {
      throw databaseAway(error) ?? error;
    });
    await write(exchange, found.endpoint, answer);
  };
}

function isFor({ method, url }: Exchange['incoming'], path: string): boolean {
  return (method === 'GET' || method === 'HEAD') && url?.split('?', 1)[0] === path;
}

async function call(
  exchange: Exchange,
  { endpoint, params }: Found,
  searchParams: URLSearchParams,
  check: InputCheck,
  caller: Caller,
  audit: AuditSource,
): Promise<AdminAnswer> {
  const { incoming } = exchange;
  const query = check.query(endpoint.query ?? noQuery, searchParams);
  const list = [endpoint.path, ...Object.values(params)].join(' ');
  if (typeof query.cursor === 'string') query.cursor = openCursor(list, query.cursor);
  const body = endpoint.body ? await readBody(exchange, endpoint) : undefined;
  if (endpoint.body) check.body(endpoint.body, body);
  const revision = endpoint.conditional ? revisionOf(incoming.headers['if-match']) : undefined;
  return withSealedCursor(list, await endpoint.handle({ params, query, body, revision, caller, audit }));
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

async function write(exchange: Exchange, endpoint: Endpoint, answer: AdminAnswer): Promise<void> {
  const { outgoing } = exchange;
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
  if (endpoint.status === 204) {
    outgoing.writeHead(204, headers);
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
