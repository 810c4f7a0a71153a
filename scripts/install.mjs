// Installs the packages of a clone when they are missing or not those of package-lock.json. Shared by the launcher and
// by `npm test`; plain JavaScript for Node 16 and later without any package, since there may be none yet.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acquireInstallLock } from './install-lock.mjs';

/** Returns at once when all is there; otherwise runs `npm ci`. Ends the process with a clear message if that fails. */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return;
  let lock;
  try {
    lock = await acquireInstallLock(root, say);
  } catch (error) {
    say(
      `packages are missing and cannot be installed: ${root} is not writable (${error.code ?? error.message}).`,
    );
    process.exit(1);
  }
  try {
    // Another start may have done it while this one waited.
    if (!isInstalled(root)) await install(root, lock);
  } finally {
    lock.release();
  }
}

const markerOf = (root) => join(root, 'node_modules', '.tollgate-installed');
/** npm writes this at the very end of an install that went through. */
const installedLockOf = (root) => join(root, 'node_modules', '.package-lock.json');

/** What a finished install is known by: the lock file's content, and the platform its binaries are for. */
function fingerprint(root) {
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${hash} ${process.platform} ${process.arch}\n`;
}

function isInstalled(root) {
  // Not a clone as npm knows it: whoever copied the files here also saw to the packages.
  if (!existsSync(join(root, 'package-lock.json'))) return true;
  const wanted = fingerprint(root);
  if (read(markerOf(root)) === wanted) return true;
  // Installed by hand with npm: adopt it instead of doing it again.
  if (!matchesLock(root)) return false;
  try {
    writeFileSync(markerOf(root), wanted);
  } catch {
    // A read-only image: the longer look is taken at every start, and that is all.
  }
  return true;
}

function matchesLock(root) {
  const text = read(installedLockOf(root));
  if (text === undefined) return false;
  try {
    const installed = JSON.parse(text).packages;
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    return Object.keys(wanted).every((path) => {
      if (path === '') return true;
      const entry = installed[path];
      // Optional ones may be for another platform; those for this one are checked.
      if (!entry) return wanted[path].optional === true && !isForThisPlatform(wanted[path]);
      return entry.version === wanted[path].version && entry.integrity === wanted[path].integrity;
    });
  } catch {
    return false;
  }
}

/** A package that names this system is one npm would have installed; one that names none may have been left out. */
function isForThisPlatform({ os, cpu, libc }) {
  const names = (list, value) => list !== undefined && [].concat(list).includes(value);
  return names(os, process.platform) && names(cpu, process.arch) && libc === undefined;
}

async function install(root, lock) {
  // Removed first: npm ci deletes in no order, and if it is killed these two must not outlive the packages.
  rmSync(markerOf(root), { force: true });
  rmSync(installedLockOf(root), { force: true });
  say('installing packages (npm ci); this happens once and takes a minute or so …');
  const started = Date.now();
  const outcome = await runNpm(root, lock);
  const seconds = Math.round((Date.now() - started) / 1000);
  if (outcome.signal) {
    lock.release();
    process.kill(process.pid, outcome.signal);
    // The signal ends this process in a moment; nothing may start until then.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    process.exit(1);
  }
  if (outcome.code !== 0) {
    say(outcome.missing ? npmMissing : npmFailed(outcome.code, seconds));
    lock.release();
    process.exit(1);
  }
  writeFileSync(markerOf(root), fingerprint(root));
  say(`packages installed in ${seconds} s.`);
}

const npmMissing =
  'npm was not found, and without it the packages cannot be installed. Install Node with npm (https://nodejs.org), then start again.';
const npmFailed = (code, seconds) =>
  `npm ci failed after ${seconds} s with exit code ${code}; its own message stands above. It needs the network or a filled npm cache, a writable folder and about 1 GB of free space. Nothing else was changed: start again once that is mended.`;

/** Runs `npm ci` with its output on stderr, so that stdout stays the command's own. */
function runNpm(root, lock) {
  // NODE_ENV=production and a user's `omit` setting must not leave out what is needed.
  // No package of ours needs an install script; prebuilt binaries come as packages.
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const cli = process.env.npm_execpath;
  // Under `npm start` the npm that runs already; otherwise the one on the PATH.
  const [command, first] = /[\\/]npm-cli\.[cm]?js$/.test(cli ?? '')
    ? [process.env.npm_node_execpath ?? process.execPath, [cli]]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  return new Promise((resolve) => {
    const npm = spawn(command, [...first, ...args], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32' && first.length === 0,
    });
    lock.ownedAlsoBy(npm.pid);
    const forward = (signal) => npm.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
    const started = Date.now();
    // npm shows a progress bar on a terminal and nothing in a log.
    const ticker = process.stderr.isTTY
      ? undefined
      : setInterval(() => say(`still installing (${Math.round((Date.now() - started) / 1000)} s) …`), 15_000);
    const done = (outcome) => {
      clearInterval(ticker);
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, forward);
      resolve(outcome);
    };
    npm.on('error', (error) => done({ code: 1, missing: error.code === 'ENOENT' }));
    npm.on('exit', (code, signal) => done({ code: code ?? 1, signal }));
  });
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function say(message) {
  process.stderr.write(`tollgate: ${message}\n`);
}
