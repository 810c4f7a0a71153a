// The reference page and the OpenAPI document as files: made once, kept compressed, answered with validators, so that a
// browser asks again and gets 304. Knows how to send bytes, not what is in them.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Exchange } from '../../core/exchange.ts';
import { commonHeaders } from '../../pipeline/respond.ts';
import { type Coding, preferredCoding } from './coding.ts';

import { createOpenApiDocument } from './openapi/document.ts';
import { pageFiles } from './paths.ts';
import { renderPage } from './render/page.ts';

export interface Reference {
  /** Sends the file of a path out of `referencePaths`. */
  send(exchange: Exchange, path: string): Promise<void>;
}

interface File {
  readonly type: string;
  readonly etag: string;
  readonly bytes: Buffer;
  readonly compressed: Map<Coding, Promise<Buffer>>;
}

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Nothing from elsewhere, nothing inline, nothing framed: the page has the user's key in it. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

export async function createReference(version: string): Promise<Reference> {
  const document = createOpenApiDocument(version);
  const files = new Map<string, File>([
    ['/openapi.json', fileOf('application/json; charset=utf-8', JSON.stringify(document, null, 2))],
    ['/docs', fileOf('text/html; charset=utf-8', renderPage(document))],
  ]);
  await Promise.all(
    pageFiles.map(async (name) => {
      const bytes = await readFile(new URL(`./page/${name}`, import.meta.url));
      files.set(`/docs/${name}`, fileOf(types[name.split('.').at(-1) ?? ''] ?? 'text/plain', bytes));
    }),
  );
  return {
    async send(exchange, path) {
      const file = files.get(path);
      if (!file) throw new Error(`no file of the reference page is at ${path}`);
      await sendFile(exchange, file);
    },
  };
}

function fileOf(type: string, content: string | Buffer): File {
  const bytes = Buffer.from(content);
  const etag = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return { type, etag, bytes, compressed: new Map() };
}

async function sendFile({ id, incoming, outgoing }: Exchange, file: File): Promise<void> {
  const coding = preferredCoding(incoming.headers['accept-encoding']);
  // Bytes of another coding are another representation: RFC 9110 section 8.8.3.3.
  const etag = coding === 'identity' ? `"${file.etag}"` : `"${file.etag}-${coding}"`;
  const headers = {
    ...commonHeaders(id),
    ...pageHeaders,
    'cache-control': 'no-cache',
    vary: 'accept-encoding',
    etag,
  };
  if (isKnown(incoming.headers['if-none-match'], etag)) {
    outgoing.writeHead(304, headers);
    outgoing.end();
    return;
  }
  const bytes = await encoded(file, coding);
  outgoing.writeHead(200, {
    ...headers,
    'content-type': file.type,
    'content-length': bytes.length,
    ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
  });
  outgoing.end(bytes);
}

function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known?.some((tag) => tag === etag || tag === '*') ?? false;
}

const compressors = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 }),
};

function encoded(file: File, coding: Coding): Promise<Buffer> {
  if (coding === 'identity') return Promise.resolve(file.bytes);
  const compressed = file.compressed.get(coding) ?? compressors[coding](file.bytes);
  file.compressed.set(coding, compressed);
  return compressed;
}
