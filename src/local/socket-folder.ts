// A private place for the sockets between this gateway's processes. Paths of unix sockets are limited to about 100 bytes, so a long data folder
// gives way to the system's temporary one; Windows has named pipes instead, which need no folder.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface SocketFolder {
  readonly socketPath: string;
  /** Creates the folder (0700) and removes a socket that a crashed child left. */
  prepare(): void;
  remove(): void;
}

const longestSocketPath = 100;

/** `what` listens there: `engine` or `control`. */
export function createSocketFolder(preferredFolder: string, what = 'engine'): SocketFolder {
  const name = `${ownedBy(what, process.pid)}-${randomBytes(4).toString('hex')}`;
  if (process.platform === 'win32') {
    const socketPath = `\\\\.\\pipe\\tollgate-${name}`;
    return { socketPath, prepare: () => undefined, remove: () => undefined };
  }
  const parents = [preferredFolder, join(tmpdir(), 'tollgate'), '/tmp/tollgate'].map((parent, index) =>
    // Shared temporary folders get no folder of a fixed name: someone else could own it.
    index === 0 ? join(parent, name) : `${parent}-${name}`,
  );
  const paths = parents.map((parent) => join(parent, `${what}.sock`));
  const socketPath = paths.find((path) => Buffer.byteLength(path) <= longestSocketPath) ?? paths[2] ?? '';
  const folder = dirname(socketPath);
  return {
    socketPath,
    prepare() {
      removeAbandoned(dirname(folder));
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      rmSync(socketPath, { force: true });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

// Process ids mean something on one host (or in one container) only, and a data folder may be shared by several.
function ownedBy(what: string, pid: number | string): string {
  return `${what}-${createHash('sha256').update(hostname()).digest('hex').slice(0, 6)}-${pid}`;
}

/** Folders of gateways that were killed and could not tidy up. */
function removeAbandoned(parent: string): void {
  let names: string[];
  try {
    names = readdirSync(parent);
  } catch {
    return;
  }
  for (const name of names) {
    const [, what = '', pid] =
      /^(?:tollgate-)?(engine|control)-[0-9a-f]{6}-(\d+)-[0-9a-f]{8}$/.exec(name) ?? [];
    if (pid === undefined || !name.includes(ownedBy(what, pid)) || isAlive(Number(pid))) continue;
    removeQuietly(join(parent, name));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to someone else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another user's, in the shared temporary folder: theirs to remove.
  }
}
