// The first start of a clone: packages are installed once, whoever starts, and a start that was killed leaves nothing
// that a later one trips over. npm is a stand-in that writes down its calls.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../', import.meta.url));
let clone: string;
const started = new Set<ChildProcess>();

const fakeNpm = `
const { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } = require('node:fs');
appendFileSync('npm-calls', process.pid + '\\n');
if (existsSync('npm-fails')) { console.error('npm error network'); process.exit(1); }
rmSync('node_modules', { recursive: true, force: true });
mkdirSync('node_modules');
setTimeout(() => writeFileSync('node_modules/.package-lock.json', '{}'), existsSync('npm-is-slow') ? 1500 : 300);
`;
const main = `
// Stand-in for the gateway.
if (process.argv[2] === 'serve') {
  const life = setInterval(() => {}, 1000);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      console.log('got', signal);
      if (signal !== 'SIGHUP') { clearInterval(life); process.exitCode = 7; process.channel?.unref(); }
    });
  }
  process.once('disconnect', () => { console.log('launcher gone'); process.exit(); });
}
console.log('started with', process.argv.slice(2).join(' '));
if (process.argv[2] === 'crash') process.kill(process.pid, 'SIGKILL');
`;

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'tollgate-clone-'));
  for (const part of ['bin', 'scripts'])
    await cp(join(repository, part), join(clone, part), { recursive: true });
  await mkdir(join(clone, 'src'));
  await writeFile(join(clone, 'src', 'main.ts'), main);
  await writeFile(join(clone, 'package.json'), '{ "type": "module" }');
  await writeFile(join(clone, 'package-lock.json'), '{ "packages": { "": {}, "node_modules/x": {} } }');
  await writeFile(join(clone, 'npm-cli.cjs'), fakeNpm);
});
afterEach(async () => {
  for (const child of started) child.kill('SIGKILL');
  started.clear();
  await rm(clone, { recursive: true, force: true, maxRetries: 3 });
});

function start(...args: string[]) {
  const { npm_lifecycle_event: _, ...inherited } = process.env;
  const env = { ...inherited, npm_execpath: join(clone, 'npm-cli.cjs'), NODE_ENV: 'production' };
  const child = spawn(process.execPath, ['bin/tollgate.mjs', ...args], { cwd: clone, env, detached: true });
  started.add(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  const ended = new Promise<{ code: number | null; signal: string | null; out: string; err: string }>(
    (resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, ...said }));
    },
  );
  const says = async (text: string) => {
    while (!`${said.out}${said.err}`.includes(text)) await sleep(10);
  };
  return { child, ended, says };
}
const stampOf = async (root: string) => {
  const { stdout } = await run(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { consoleStamp } from ${JSON.stringify(join(root, 'scripts', 'console-stamp.mjs'))};
    process.stdout.write(consoleStamp(${JSON.stringify(root)}));`,
  ]);
  return stdout;
};
const npmCalls = async () => (await readFile(join(clone, 'npm-calls'), 'utf8')).trim().split('\n');

describe('the console', () => {
  it('is built beside the start, which goes on without it where it cannot be', async () => {
    await mkdir(join(clone, 'console', 'src'), { recursive: true });
    await writeFile(join(clone, 'console', 'index.html'), '<html></html>');
    const { child, ended, says } = start('serve');
    await says('started with serve');
    await says('the console could not be built; the gateway runs without it. Vite is not installed');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 7 });
    // Other commands have nothing to do with it.
    expect((await start('--version').ended).err).toBe('');
  });

  it('is left alone when it is that of its sources', async () => {
    await mkdir(join(clone, 'console', 'dist'), { recursive: true });
    await writeFile(join(clone, 'console', 'index.html'), '<html></html>');
    await start('--version').ended;
    const stamp = join(clone, 'console', 'dist', '.stamp');
    await writeFile(stamp, await stampOf(clone));
    // A checkout makes files younger without changing them.
    await utimes(stamp, new Date(0), new Date(0));
    const { child, ended, says } = start('serve');
    await says('started with serve');
    // It was looked at, and is not looked at again.
    while ((await stat(stamp)).mtimeMs === 0) await sleep(10);
    child.kill('SIGTERM');
    expect((await ended).err).not.toContain('console');
  });
});

describe('installing', () => {
  it('happens once, and again when the lock file changes', async () => {
    const first = await start('--version').ended;
    expect(first).toMatchObject({ code: 0, out: 'started with --version\n' });
    expect(first.err).toContain('installing packages');
    expect(await start('a', 'b').ended).toMatchObject({ err: '', out: 'started with a b\n' });
    await writeFile(join(clone, 'package-lock.json'), '{ "packages": { "": {}, "node_modules/y": {} } }');
    await start().ended;
    expect(await npmCalls()).toHaveLength(2);
    expect(await readdir(join(clone, '.tollgate'))).toEqual([]);
  });

  it('adopts what was installed by hand', async () => {
    const packages = { 'node_modules/x': { version: '1.0.0', integrity: 'sha512-x' } };
    const foreign = { 'node_modules/z': { version: '1.0.0', optional: true, os: ['plan9'], cpu: ['x64'] } };
    await writeFile(
      join(clone, 'package-lock.json'),
      JSON.stringify({ packages: { '': {}, ...packages, ...foreign } }),
    );
    await mkdir(join(clone, 'node_modules'));
    await writeFile(join(clone, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
    expect(await start('x').ended).toMatchObject({ code: 0, err: '' });
  });

  it('is done by one of several starts at once', async () => {
    const ends = await Promise.all([1, 2, 3].map((n) => start(`${n}`).ended));
    expect(ends.map((end) => end.code)).toEqual([0, 0, 0]);
    expect(await npmCalls()).toHaveLength(1);
    expect(ends.map((end) => end.err).join('')).toContain('waiting for it');
  });

  it('heals after everything was killed in the middle of it', async () => {
    await writeFile(join(clone, 'npm-is-slow'), '');
    const first = start('x');
    await first.says('installing packages');
    while ((await npmCalls().catch(() => [])).length === 0) await sleep(10);
    process.kill(-(first.child.pid ?? 0), 'SIGKILL');
    await first.ended;
    await rm(join(clone, 'npm-is-slow'));
    expect(await start('x').ended).toMatchObject({ code: 0, out: 'started with x\n' });
    expect(await npmCalls()).toHaveLength(2);
  });

  it('waits for the npm of a start that was killed', async () => {
    await writeFile(join(clone, 'npm-is-slow'), '');
    const first = start('x');
    while ((await npmCalls().catch(() => [])).length === 0) await sleep(10);
    await sleep(50);
    first.child.kill('SIGKILL');
    const second = start('y');
    await second.says('waiting for it');
    expect(await npmCalls()).toHaveLength(1);
    expect(await second.ended).toMatchObject({ code: 0 });
  });

  it('says what to do when npm fails, and tries again at the next start', async () => {
    await writeFile(join(clone, 'npm-fails'), '');
    const end = await start('x').ended;
    expect(end).toMatchObject({ code: 1, out: '' });
    expect(end.err).toMatch(/npm error network[\s\S]*npm ci failed.*network/);
    await rm(join(clone, 'npm-fails'));
    expect(await start('x').ended).toMatchObject({ code: 0 });
  });
});

describe.skipIf(process.platform === 'win32')('the packaged Node', () => {
  beforeEach(async () => {
    await start().ended;
    const folder = join(clone, 'node_modules', `node-${process.platform}-${process.arch}`);
    await mkdir(join(folder, 'bin'), { recursive: true });
    await symlink(process.execPath, join(folder, 'bin', 'node'));
    await writeFile(join(folder, 'package.json'), '{ "version": "99.0.0" }');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('gets %s, and its exit code becomes ours', async (signal) => {
    const run = start('serve', '--port', '9000');
    await run.says('started with serve --port 9000');
    run.child.kill('SIGHUP');
    await run.says('got SIGHUP');
    run.child.kill(signal);
    const { code, out } = await run.ended;
    expect({ code, times: out.split(`got ${signal}`).length - 1 }).toEqual({ code: 7, times: 1 });
  });

  it('ends us by the signal that ended it', async () => {
    expect(await start('crash').ended).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('learns that we were killed', async () => {
    const run = start('serve');
    await run.says('started');
    run.child.kill('SIGKILL');
    expect((await run.ended).out).toContain('launcher gone');
  });

  it('is left alone when it cannot be run here', async () => {
    const folder = join(clone, 'node_modules', `node-${process.platform}-${process.arch}`);
    await rm(join(folder, 'bin', 'node'));
    await writeFile(join(folder, 'bin', 'node'), '#!/no/such/loader\n', { mode: 0o755 });
    expect(await start('x').ended).toMatchObject({ code: 0, out: 'started with x\n' });
  });
});
