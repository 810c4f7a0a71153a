// Where the Node that comes as an npm package lies: `optionalDependencies` in package.json has one per platform.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** `{ path, version }`, or undefined where there is none for this platform or it was not installed. */
export function packagedNode() {
  const { arch, platform } = process;
  const system = platform === 'win32' ? 'win' : platform;
  // The Apple Silicon build is published under a name of its own.
  for (const name of [`node-bin-${system}-${arch}`, `node-${system}-${arch}`]) {
    try {
      const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
      const path = join(dirname(manifest), 'bin', platform === 'win32' ? 'node.exe' : 'node');
      if (existsSync(path)) return { path, version: JSON.parse(readFileSync(manifest, 'utf8')).version };
    } catch {
      // Not installed.
    }
  }
  return undefined;
}
