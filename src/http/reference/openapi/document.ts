// The OpenAPI document of this gateway, built from the schemas that its checks use and from the error catalogue.
import { createSchemaWriter } from './clean-schema.ts';
import { headers } from './headers.ts';
import { createPaths } from './operations.ts';
import { componentNames } from './schemas.ts';

export type OpenApiDocument = ReturnType<typeof createOpenApiDocument>;

/** OpenAPI 3.1. `version` is that of the gateway. */
export function createOpenApiDocument(version: string) {
  const schemas = createSchemaWriter(componentNames);
  const paths = createPaths(schemas);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tollgate',
      version,
      summary: 'One OpenAI-compatible endpoint for every model.',
      description:
        'The API of this gateway. Clients made for the OpenAI API work with it: give them this address with `/v1` as base URL and a key of this gateway.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This gateway' }],
    security: [{ apiKey: [] }],
    tags: [
      { name: 'Chat', description: 'Conversations with models.' },
      { name: 'Models', description: 'What can be named as `model`.' },
      { name: 'State', description: 'For those who operate the gateway. No key needed.' },
    ],
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'sk-tg-…',
          description:
            'Every request to `/v1` carries a key of this gateway: `Authorization: Bearer sk-tg-…`. The first one is printed at the first start; `tollgate keys create` makes more.',
        },
      },
      headers,
      schemas: sorted(schemas.components()),
    },
  };
}

function sorted<T>(members: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
}
