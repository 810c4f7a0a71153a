// Builds the console with Vite and lays compressed forms beside each file. As a command: `--if-stale` builds only what
// changed since, `--out <folder>` builds somewhere else, `--kept <folder>` in a folder of its own for each state of the
// sources, whose path it prints. The folder changes in one step: a gateway may be serving it.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { builtStamp, consoleStamp, stampName } from './console-stamp.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** `{ built, seconds, stamp }`; throws an Error with Vite's own words. */
export function buildConsole(out, { ifStale = false } = {}) {
  const stamp = consoleStamp(root);
  const mark = join(out, stampName);
  if (ifStale && builtStamp(out) === stamp) {
    const now = new Date();
    utimesSync(mark, now, now);
    return { built: false, seconds: 0, stamp };
  }
  const started = Date.now();
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  if (!existsSync(vite))
    throw new Error('Vite is not installed: this is an installation without development packages.');
  const partial = `${out.replace(/[\\/]$/, '')}.${process.pid}`;
  mkdirSync(dirname(partial), { recursive: true });
  try {
    const { status, stdout, stderr, error } = spawnSync(
      process.execPath,
      [vite, 'build', '--logLevel', 'warn', '--outDir', partial],
      { cwd: join(root, 'console'), encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
    );
    if (error) throw error;
    if (status !== 0) throw new Error(`${stdout}${stderr}`.trim());
    compressAll(partial);
    writeFileSync(join(partial, stampName), `${stamp}\n`);
    // Where another build was faster, its folder is served already and stays.
    if (!ifStale || builtStamp(out) !== stamp) takePlace(partial, out);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return { built: true, seconds: (Date.now() - started) / 1000, stamp };
}

/** Each file that gets smaller by it, but not the page: it is written anew for every answer. */
function compressAll(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|svg|json)$/.test(entry.name)) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const plain = readFileSync(path);
    const forms = {
      '.br': brotliCompressSync(plain, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
      }),
      '.gz': gzipSync(plain, { level: 9 }),
    };
    for (const [suffix, bytes] of Object.entries(forms)) {
      if (bytes.length < plain.length) writeFileSync(`${path}${suffix}`, bytes);
    }
  }
}

function takePlace(partial, out) {
  const old = `${partial}.old`;
  try {
    renameSync(out, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  try {
    renameSync(partial, out);
  } catch (error) {
    // Another build was faster; it is as good as this one.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** Those that were last asked for an hour ago belong to nobody's test any more. */
function dropOld(folder, wanted) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (path === wanted) continue;
    // Another build may just have taken it away.
    const found = [join(path, stampName), path]
      .map((each) => statSync(each, { throwIfNoEntry: false }))
      .find((each) => each !== undefined);
    if (found && Date.now() - found.mtimeMs > 3_600_000) rmSync(path, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const after = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const kept = after('--kept');
  const out = kept ? join(kept, consoleStamp(root)) : (after('--out') ?? join(root, 'console', 'dist'));
  try {
    if (kept) dropOld(kept, out);
    const { built, seconds } = buildConsole(out, {
      ifStale: kept !== undefined || args.includes('--if-stale'),
    });
    if (kept) process.stdout.write(out);
    else if (built) process.stderr.write(`tollgate: the console was built in ${seconds.toFixed(1)} s.\n`);
  } catch (error) {
    process.stderr.write(
      `tollgate: the console could not be built; the gateway runs without it. ${error.message}\n`,
    );
    process.exitCode = 1;
  }
}
