// Where the built console lies, and what of it has been read. Files are read once each; when another build takes the
// place of this one, everything is read anew. Only what was found in the folder can be asked for.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Coding } from '../reference/coding.ts';

export interface ConsoleFile {
  readonly type: string;
  /** Of the content as such; the coding is part of what is sent. */
  readonly etag: string;
  readonly codings: ReadonlySet<Coding>;
  /** Bytes in a coding that `codings` has. */
  bytes(coding: Coding): Promise<Buffer>;
}

export interface ConsoleFolder {
  /** Text of the page; undefined while there is no built console. */
  index(): Promise<string | undefined>;
  /** `assets/index-abc.js`, below the folder. */
  find(path: string): Promise<ConsoleFile | undefined>;
}

/** In a clone what Vite builds, in the package what was shipped with it. */
export function builtConsoleFolder(): string {
  const inClone = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(inClone ? '../../../console/dist/' : '../../console/', import.meta.url));
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
  json: 'application/json',
};
const suffixes: Readonly<Record<Coding, string>> = { br: '.br', gzip: '.gz', identity: '' };

interface Build {
  readonly changed: number;
  readonly index: string;
  readonly names: ReadonlySet<string>;
  readonly files: Map<string, Promise<ConsoleFile>>;
}

export function createConsoleFolder(folder: string): ConsoleFolder {
  let build: Build | undefined;

  async function current(): Promise<Build | undefined> {
    const found = await stat(join(folder, 'index.html')).catch(() => undefined);
    if (!found) return undefined;
    if (build?.changed !== found.mtimeMs) build = await open(folder, found.mtimeMs);
    return build;
  }

  return {
    index: async () => (await current())?.index,
    async find(path) {
      // What another build has put there has other names: whoever asks for one of those knows that page.
      const known = build?.names.has(path) ? build : await current();
      if (!known?.names.has(path)) return undefined;
      const file = known.files.get(path) ?? readConsoleFile(folder, path, known.names);
      known.files.set(path, file);
      return file;
    },
  };
}

async function open(folder: string, changed: number): Promise<Build> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/'))
    .map((name) => name.replace(/^\//, ''));
  const index = await readFile(join(folder, 'index.html'), 'utf8');
  return { changed, index, names: new Set(names), files: new Map() };
}

async function readConsoleFile(
  folder: string,
  path: string,
  names: ReadonlySet<string>,
): Promise<ConsoleFile> {
  const plain = await readFile(join(folder, path));
  const codings = (['br', 'gzip', 'identity'] as const).filter((coding) =>
    names.has(`${path}${suffixes[coding]}`),
  );
  const kept = new Map<Coding, Promise<Buffer>>();
  // What is sent compressed need not stay in memory uncompressed.
  if (codings.length === 1) kept.set('identity', Promise.resolve(plain));
  return {
    type: types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    etag: createHash('sha256').update(plain).digest('base64url').slice(0, 27),
    codings: new Set(codings),
    bytes(coding) {
      const bytes = kept.get(coding) ?? readFile(join(folder, `${path}${suffixes[coding]}`));
      kept.set(coding, bytes);
      return bytes;
    },
  };
}
