// Whether the built console is that of the sources: a stamp of their content lies beside it. Plain JavaScript without any
// package, since the launcher asks before every start.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const stampName = '.stamp';

/** Everything the build reads. */
function sourcesOf(root) {
  const files = [join(root, 'package-lock.json')];
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'dist' && !entry.name.startsWith('.')) walk(path);
      } else if (!/\.test\.tsx?$|\.md$/.test(entry.name)) files.push(path);
    }
  };
  walk(join(root, 'console'));
  return files.sort();
}

/** Of the content of all sources. */
export function consoleStamp(root) {
  const hash = createHash('sha256');
  for (const path of sourcesOf(root))
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path));
  return hash.digest('hex').slice(0, 32);
}

export function builtStamp(folder) {
  try {
    return readFileSync(join(folder, stampName), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The quick look: whether a source is younger than the build. Then the content decides. Without sources there is nothing to build. */
export function maybeStale(root) {
  if (!existsSync(join(root, 'console', 'index.html'))) return false;
  const stamp = join(root, 'console', 'dist', stampName);
  if (!existsSync(stamp)) return true;
  const built = statSync(stamp).mtimeMs;
  return sourcesOf(root).some((path) => statSync(path).mtimeMs > built);
}
