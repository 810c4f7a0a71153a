// The console of the sources as they are, built once for each state of them and kept beside the packages, so that a test
// serves what it started with although somebody goes on writing.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

/** The folder it is in. Throws with Vite's own words where the sources cannot be built. */
export async function builtConsole(): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    [`${root}scripts/console-build.mjs`, '--kept', `${root}node_modules/.cache/console`],
    { timeout: 180_000 },
  );
  return stdout;
}
