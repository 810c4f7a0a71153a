// The OpenAPI document of the admin API, made of the list of endpoints: what is checked is what is documented.
import type { TSchema } from 'typebox';
import { type CatalogueEntry, type ErrorCode, errorCatalogue } from '../core/errors.ts';
import type { Endpoint } from './endpoint.ts';

type Json = Readonly<Record<string, unknown>>;

const resources: Readonly<Record<string, string>> = {
  keys: 'API keys, with what they spent',
  projects: 'What keys belong to',
  organizations: 'What projects belong to',
  limits: 'Budgets and rate limits, and where they stand',
  requests: 'The ledger: one row for each request that was held',
  ledger: 'The ledger as a file',
  usage: 'Sums of the ledger',
  models: 'What routes where',
  providers: 'Upstreams and how they are doing',
  prices: 'What a token costs, and did',
  session: 'Signing in to the console, and out',
  members: 'Who may use the console',
  audit: 'Every change by an administrator',
  config: 'Which configuration is in force',
};

const saidBy = { 200: 'As it is stored.', 201: 'Made.', 204: 'Done.', 302: 'Where to go next.' } as const;

/** Errors by what an endpoint has. */
function errorsOf(endpoint: Endpoint): readonly ErrorCode[] {
  return [
    ...(endpoint.role === 'anyone'
      ? []
      : ([
          'admin_token_missing',
          'session_missing',
          'admin_token_required',
          'admin_role_required',
          'admin_too_many_attempts',
        ] as const)),
    ...(endpoint.method === 'GET' ? [] : (['csrf_refused'] as const)),
    ...(endpoint.query || endpoint.body ? (['invalid_value'] as const) : []),
    ...(endpoint.body ? (['request_too_large', 'unsupported_content_type'] as const) : []),
    ...(endpoint.path.includes('{') ? (['admin_not_found'] as const) : []),
    ...(endpoint.method === 'GET' ? [] : (['admin_conflict'] as const)),
    ...(endpoint.conditional ? (['admin_precondition_failed'] as const) : []),
    ...(endpoint.role === 'member' && endpoint.conditional ? (['admin_key_of_another'] as const) : []),
    'internal_error',
    'database_unavailable',
  ];
}

export function createAdminDocument(endpoints: readonly Endpoint[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const endpoint of endpoints) {
    const path = `/admin/v1${endpoint.path}`;
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tollgate admin API',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Keys, projects, limits, the ledger and what it adds up to. docs/admin-api.md is the guide.',
    },
    servers: [{ url: '/', description: 'The gateway that this document comes from' }],
    security: [{ adminToken: [] }, { session: [] }],
    tags: [...new Set(endpoints.map(({ resource }) => resource))].map((name) => ({
      name,
      description: resources[name] ?? name,
    })),
    paths,
    components: {
      securitySchemes: {
        adminToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'The first start of the gateway printed it; TOLLGATE_ADMIN_TOKEN presets it.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'tollgate_session',
          description:
            'Of a member who has signed in to the console. What changes anything carries `x-csrf-token` too.',
        },
      },
      schemas: {
        Error: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['message', 'type', 'param', 'code'],
              properties: {
                message: { type: 'string' },
                type: { type: 'string' },
                param: { type: ['string', 'null'], description: 'Path of the field that is wrong.' },
                code: { type: ['string', 'null'] },
              },
            },
          },
        },
      },
    },
  };
}

function operation(endpoint: Endpoint): Json {
  const { method, path, resource, summary, description, body, status, answer, events } = endpoint;
  return {
    operationId: operationId(method, path),
    tags: [resource],
    summary,
    ...(endpoint.role === 'anyone' ? { security: [] } : {}),
    ...(description ? { description } : {}),
    parameters: parametersOf(endpoint),
    ...(body
      ? {
          requestBody: {
            required: endpoint.bodyOptional !== true,
            content: { 'application/json': { schema: plain(body) } },
          },
        }
      : {}),
    responses: {
      [status]: {
        description: saidBy[status],
        ...(answer ? { content: { 'application/json': { schema: plain(answer) } } } : {}),
        ...(events ? { content: { 'text/event-stream': { schema: plain(events) } } } : {}),
        ...((status === 200 || status === 201) && !answer && !events
          ? {
              content: {
                'application/jsonl': { schema: { type: 'string' } },
                'text/csv': { schema: { type: 'string' } },
              },
            }
          : {}),
        ...(endpoint.conditional
          ? { headers: { etag: { description: 'Its revision.', schema: { type: 'string' } } } }
          : {}),
      },
      ...errorResponses(errorsOf(endpoint)),
    },
  };
}

/** `GET /keys/{id}` -> `getKeysById`. */
function operationId(method: string, path: string): string {
  const words = path
    .split('/')
    .filter((step) => step !== '')
    .map((step) => (step.startsWith('{') ? `by_${step.slice(1, -1)}` : step));
  return [method.toLowerCase(), ...words]
    .join('_')
    .replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function parametersOf({ path, query, conditional }: Endpoint): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.properties ?? {}).map(([name, schema]) => {
    const { description, ...rest } = plain(schema as TSchema) as { description?: string };
    return { name, in: 'query', ...(description ? { description } : {}), schema: rest };
  });
  const ifMatch = conditional
    ? [
        {
          name: 'If-Match',
          in: 'header',
          description:
            'The `etag` that was read: the change is refused (412) when it is no longer the newest.',
          schema: { type: 'string' },
        },
      ]
    : [];
  return [...inPath, ...inQuery, ...ifMatch];
}

function errorResponses(codes: readonly ErrorCode[]): Json {
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const entry: CatalogueEntry = errorCatalogue[code];
    byStatus.set(entry.status, [...(byStatus.get(entry.status) ?? []), `\`${entry.code ?? code}\``]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: [...new Set(names)].join(', '),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    ]),
  );
}

/** Without what TypeBox keeps beside JSON Schema. */
function plain(schema: TSchema): Json {
  return JSON.parse(JSON.stringify(schema)) as Json;
}
