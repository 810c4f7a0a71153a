// Programs of Debian packages, fetched by apt and unpacked into a folder: nothing is installed on the system, no root needed.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './install.ts';

const processor = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

/** What the unpacked program needs to find its libraries. */
export const libraryPath = (folder: string) => ({
  LD_LIBRARY_PATH: join(folder, 'root', 'usr', 'lib', `${processor}-linux-gnu`),
});

export const programOf = (folder: string, name: string) => join(folder, 'root', 'usr', 'sbin', name);

/** Packages are `name` or `name=version`. */
export async function unpackDebian(folder: string, packages: readonly string[]): Promise<void> {
  await command(folder, 'apt-get', 'download', '-q', ...packages);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
    await command(folder, 'dpkg-deb', '-x', file, 'root');
  }
}

/** Version of an installed program, or `undefined` where it is not unpacked yet. */
export async function versionOf(folder: string, name: string, pattern: RegExp): Promise<string | undefined> {
  const { LD_LIBRARY_PATH } = libraryPath(folder);
  const said = await command(
    folder,
    'env',
    `LD_LIBRARY_PATH=${LD_LIBRARY_PATH}`,
    'sh',
    '-c',
    `${programOf(folder, name)} -v 2>&1`,
  ).catch(() => '');
  return pattern.exec(said)?.[1];
}
