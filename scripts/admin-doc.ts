// Writes the reference part of docs/admin-api.md from the endpoints themselves: `node scripts/admin-doc.ts`. What stands above
// the mark is written by hand. A test keeps the page in step.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TSchema } from 'typebox';
import { type AdminParts, adminEndpoints } from '../src/admin/admin.ts';
import { type Endpoint, roleFor } from '../src/admin/endpoint.ts';
import { systemClock } from '../src/core/clock.ts';

export const pagePath = fileURLToPath(new URL('../docs/admin-api.md', import.meta.url));
const mark = '<!-- From here on written by scripts/admin-doc.ts. Do not edit. -->';

/** What they do is not asked for here, so nothing stands behind them. */
export function documentedEndpoints(): readonly Endpoint[] {
  const nothing = {} as never;
  const parts: Omit<AdminParts, 'tokens' | 'addressOf' | 'originOf'> = {
    store: {
      keyReader: nothing,
      prices: nothing,
      content: nothing,
      admin: {
        accountReader: nothing,
        accountWriter: nothing,
        limitReader: nothing,
        limitWriter: nothing,
        playgroundKeys: nothing,
        requestReader: nothing,
        usageReader: nothing,
        auditReader: nothing,
        adminTokens: nothing,
        memberReader: nothing,
        memberWriter: nothing,
        sessions: nothing,
        routingReader: nothing,
        routingWriter: nothing,
      },
    },
    models: () => [],
    definitions: () => [],
    providers: nothing,
    health: nothing,
    routing: nothing,
    config: () => nothing,
    settings: () => nothing,
    console: () => nothing,
    refreshPrices: async () => {},
    draining: () => false,
    content: nothing,
    clock: systemClock,
  };
  return adminEndpoints(parts);
}

/** The whole page, with the reference made anew. */
export function adminPage(page: string): string {
  const head = page.split(mark, 1)[0] ?? '';
  const endpoints = documentedEndpoints();
  const resources = [...new Set(endpoints.map(({ resource }) => resource))];
  const sections = resources.map((name) =>
    section(
      name,
      endpoints.filter(({ resource }) => resource === name),
    ),
  );
  return `${head}${mark}\n\n${overview(endpoints)}${sections.join('')}`;
}

function overview(endpoints: readonly Endpoint[]): string {
  const rows = endpoints.map(
    ({ method, path, summary }) => `| \`${method}\` | \`/admin/v1${path}\` | ${summary} |`,
  );
  return `## Endpoints\n\n| | | |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function section(resource: string, endpoints: readonly Endpoint[]): string {
  return `\n## ${resource}\n${endpoints.map(about).join('')}`;
}

/** What anybody who is signed in may do goes without saying. */
function roleNote(role: ReturnType<typeof roleFor>): string | undefined {
  if (role === 'viewer' || role === 'anyone') return undefined;
  return role === 'admin' ? 'For administrators.' : 'For members and administrators.';
}

function about(endpoint: Endpoint): string {
  const { method, path, summary, description, query, body, answer, events, status, conditional } = endpoint;
  const notes = [
    description,
    conditional ? 'Takes `If-Match`.' : undefined,
    status === 204 ? 'Answers 204 without a body.' : undefined,
    status === 302 ? 'Answers 302.' : undefined,
    roleNote(roleFor(endpoint)),
  ].filter((note) => note !== undefined);
  return [
    `\n### ${method} /admin/v1${path}\n\n${summary}.${notes.length > 0 ? ` ${notes.join(' ')}` : ''}\n`,
    query ? `\nParameters:\n\n${fields(query)}` : '',
    body ? `\nBody:\n\n${fields(body)}` : '',
    answer ? `\nAnswer${status === 201 ? ' (201)' : ''}:\n\n${answerFields(answer)}` : '',
    events ? `\nData of its events:\n\n${fields(events)}` : '',
  ].join('');
}

/** A list is described by what is in it. */
function answerFields(answer: TSchema): string {
  const properties = propertiesOf(answer);
  const data = properties.data as (Schema & { items?: Schema }) | undefined;
  if (data?.items && properties.next_cursor) {
    return `\`{"data": […], "next_cursor": …}\`, of these:\n\n${fields(data.items as TSchema)}`;
  }
  return fields(answer);
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly format?: string;
}

function propertiesOf(schema: TSchema): Readonly<Record<string, Schema>> {
  return (schema as Schema).properties ?? {};
}

function fields(schema: TSchema): string {
  const rows = rowsOf(schema as Schema, '');
  return `| field | type | |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function rowsOf(schema: Schema, prefix: string): string[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const path = `${prefix}${name}`;
    const optional = required.has(name) ? '' : ' (optional)';
    const text = (member.description ?? '').replaceAll('|', '\\|');
    const inner = member.items?.properties ? member.items : member;
    const below = inner.properties ? rowsOf(inner, `${path}${member.items ? '[]' : ''}.`) : [];
    return [`| \`${path}\` | ${typeOf(member)}${optional} | ${text} |`, ...below];
  });
}

function typeOf(schema: Schema): string {
  const types = [schema.type ?? 'any'].flat();
  const names = types.map((type) => {
    if (type === 'array') return `array of ${schema.items ? typeOf(schema.items) : 'any'}`;
    if (type === 'string' && schema.enum) {
      return schema.enum
        .filter((value) => value !== null)
        .map((value) => `\`${String(value)}\``)
        .join(' ');
    }
    return type === 'string' && schema.format === 'date-time' ? 'time' : type;
  });
  return names.join(' or ');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(pagePath, adminPage(await readFile(pagePath, 'utf8')));
}
