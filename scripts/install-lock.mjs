// One install at a time in one clone, also when two starts race, and also after one was killed: a file that names its
// owners and is touched every second while they live. It lies outside node_modules, which `npm ci` deletes.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** After this long without a touch the owner is gone, even if a process with its number exists. */
const abandonedMs = 10 * 60_000;
/** The same where process numbers say nothing: another container or machine on the same folder. */
const silentMs = 15_000;

/** Waits until this process holds the lock. `release` may be called twice. */
export async function acquireInstallLock(root, say) {
  const folder = join(root, '.tollgate');
  const path = join(folder, 'install.lock');
  mkdirSync(folder, { recursive: true });
  const nonce = randomBytes(8).toString('hex');
  const owner = { nonce, host: hostname(), pids: [process.pid] };
  let told = false;
  for (;;) {
    if (create(path, owner)) {
      // Two waiters may both have found a dead owner, and the slower one may have removed the faster one's lock.
      await sleep(100);
      if (read(path)?.nonce === nonce) break;
    }
    const holder = read(path);
    if (holder && isDead(path, holder)) {
      if (read(path)?.nonce === holder.nonce) rmSync(path, { force: true });
      continue;
    }
    if (!told && holder) {
      say(`another start (process ${holder.pids[0]}) is installing the packages; waiting for it …`);
      told = true;
    }
    await sleep(250);
  }

  const touch = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // Someone removed the folder; the install itself will say what is wrong.
    }
  }, 1000);
  touch.unref();
  return {
    /** npm outlives a start that is killed; the lock must, too. */
    ownedAlsoBy(pid) {
      if (pid === undefined) return;
      owner.pids.push(pid);
      writeFileSync(path, JSON.stringify(owner));
    },
    release() {
      clearInterval(touch);
      if (read(path)?.nonce === nonce) rmSync(path, { force: true });
    },
  };
}

function create(path, owner) {
  try {
    writeFileSync(path, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** `undefined` if there is none; an owner without processes if it is being written this moment. */
function read(path) {
  try {
    const text = readFileSync(path, 'utf8');
    const { nonce, host, pids } = text === '' ? {} : JSON.parse(text);
    return { nonce: String(nonce), host: String(host), pids: Array.isArray(pids) ? pids : [] };
  } catch (error) {
    return error.code === 'ENOENT' ? undefined : { nonce: '', host: '', pids: [] };
  }
}

function isDead(path, { host, pids }) {
  let silence = 0;
  try {
    silence = Date.now() - statSync(path).mtimeMs;
  } catch {
    return false;
  }
  if (silence > abandonedMs) return true;
  if (host !== hostname()) return silence > silentMs;
  return !pids.some((pid) => pid !== process.pid && isAlive(pid));
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
