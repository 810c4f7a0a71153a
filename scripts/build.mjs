// Builds the published form: src/ compiled to dist/, data files and the built console beside it. `npm pack` runs this.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildConsole } from './console-build.mjs';
import { ensureInstalled } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
await ensureInstalled(root);
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });

const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status, error } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
  cwd: root,
  // npm pack prints the name of the tarball on stdout and nothing else belongs there.
  stdio: ['ignore', 2, 2],
});
if (error) process.stderr.write(`The compiler could not be started: ${error.message}\n`);
if (status !== 0) process.exit(status ?? 1);
copyData(join(root, 'src'), dist);
buildConsole(join(dist, 'console'));

/** What the compiler leaves behind: everything that is not TypeScript, without the tests' fixtures. */
function copyData(from, to) {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'fixtures' && entry.name !== '__snapshots__') copyData(source, join(to, entry.name));
    } else if (!entry.name.endsWith('.ts')) {
      mkdirSync(to, { recursive: true });
      copyFileSync(source, join(to, entry.name));
    }
  }
}
