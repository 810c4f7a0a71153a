// Where node-llama-cpp is imported from: beside Tollgate in a clone; else installed once into the data folder, because
// as a dependency its GPU builds would cost every user 725 MB. Overrides replace those by a tiny package.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EngineFailure } from './engine-failure.ts';
import { lockFile } from './fetching/file-lock.ts';
import { reserveFolder, systemFileSystem } from './fetching/file-system.ts';
import { type CommandRunner, type Environment, failureLine, runCommand } from './run-command.ts';

const packageName = 'node-llama-cpp';
const version = '3.22.1';
/** Stands in for the GPU builds: has no dependencies and a few hundred bytes. Same list as in our own package.json. */
const placeholder = 'npm:is-unicode-supported@2.1.0';
const gpuBuilds = [
  'linux-x64-cuda',
  'linux-x64-cuda-ext',
  'linux-x64-vulkan',
  'win-x64-cuda',
  'win-x64-cuda-ext',
  'win-x64-vulkan',
];

const installedBytes = 150_000_000;
const installTimeoutMs = 15 * 60 * 1000;
const loadTimeoutMs = 120_000;

export interface EnginePackageOptions {
  /** `<data>/engine`. */
  readonly folder: string;
  /** For npm: PATH, HOME, its configuration. */
  readonly environment: Environment;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  readonly run?: CommandRunner;
  /** package.json of the engine beside Tollgate, if it is there. */
  readonly findBeside?: () => string | undefined;
}

/** File URL to import node-llama-cpp from. Throws EngineFailure, or the signal's reason. */
export async function locateEnginePackage(options: EnginePackageOptions): Promise<string> {
  const beside = (options.findBeside ?? findBeside)();
  // A project that has Tollgate as a dependency may have another version of the engine for itself.
  if (beside !== undefined && (await versionOf(beside)) === version) return entryOf(beside);
  const { folder, say, signal, run = runCommand } = options;
  const manifest = join(folder, 'node_modules', packageName, 'package.json');
  if (await isInstalled(folder, manifest)) return entryOf(manifest);

  await reserveFolder(folder, installedBytes, systemFileSystem);
  using _lock = await lockFile(join(folder, 'install.lock'), {
    signal,
    onWait: () => say('Another process is installing the model engine; waiting for it.'),
  });
  if (await isInstalled(folder, manifest)) return entryOf(manifest);
  say(`Installing the model engine (${packageName} ${version}, once, about 120 MB on disk) with npm.`);
  await rm(join(folder, 'node_modules'), { recursive: true, force: true });
  await rm(join(folder, 'package-lock.json'), { force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(installManifest(), undefined, 2)}\n`);
  await install(folder, options, run);
  const entry = await entryOf(manifest);
  await checkThatItLoads(entry, options, run);
  await writeFile(markerPath(folder), marker());
  return entry;
}

function findBeside(): string | undefined {
  try {
    return findPackageJSON(packageName, import.meta.url);
  } catch {
    return undefined;
  }
}

/** The package.json that npm installs from. */
export function installManifest() {
  return {
    name: 'tollgate-engine',
    private: true,
    dependencies: { [packageName]: version },
    overrides: {
      [packageName]: Object.fromEntries(
        gpuBuilds.map((build) => [`@${packageName}/${build}`, placeholder] as const),
      ),
    },
  };
}

// A data folder may be shared with another machine or container, whose binaries are not ours.
const marker = () => `${packageName} ${version} ${process.platform} ${process.arch}\n`;
const markerPath = (folder: string) => join(folder, 'installed.txt');

/** Written last, so an installation that was cut short does not count. */
async function isInstalled(folder: string, manifest: string): Promise<boolean> {
  const written = await readFile(markerPath(folder), 'utf8').catch(() => undefined);
  return written === marker() && existsSync(manifest);
}

async function install(folder: string, options: EnginePackageOptions, run: CommandRunner): Promise<void> {
  const [program, ...start] = npmCommand(options.environment);
  const result = await run(
    program,
    [
      ...start,
      'install',
      `--prefix=${folder}`,
      // Tollgate itself may run inside `npx` or `npm --global`, which hand their settings down.
      '--global=false',
      '--include=optional',
      '--omit=dev',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ],
    { folder, environment: options.environment, timeoutMs: installTimeoutMs, signal: options.signal },
  );
  if (result.exitCode === 0) return;
  throw new EngineFailure(
    `The model engine could not be installed with npm: ${failureLine(result)} What helps: npm on the PATH and access to the npm registry, or set OPENAI_API_KEY or another provider key.`,
    { retryable: true },
  );
}

/** npm as the script that node can run itself, so that neither a shell nor npm.cmd is needed; else from the PATH. */
function npmCommand(environment: Environment): readonly [string, ...string[]] {
  const nodeFolder = dirname(process.execPath);
  const scripts = [
    environment.npm_execpath ?? '',
    join(nodeFolder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(nodeFolder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = scripts.find((path) => path.endsWith('npm-cli.js') && existsSync(path));
  return script === undefined ? ['npm'] : [process.execPath, script];
}

async function checkThatItLoads(
  entry: string,
  { folder, environment, signal }: EnginePackageOptions,
  run: CommandRunner,
): Promise<void> {
  // A file, because the engine tests its binary in a process that inherits the arguments of this one.
  const check = join(folder, 'check.mjs');
  await writeFile(
    check,
    `const { getLlama } = await import(${JSON.stringify(entry)});
await (await getLlama({ build: 'never', progressLogs: false })).dispose();
process.exit(0);
`,
  );
  const result = await run(process.execPath, [check], { environment, timeoutMs: loadTimeoutMs, signal });
  await rm(check, { force: true });
  if (result.exitCode === 0) return;
  throw new EngineFailure(
    `The model engine was installed but does not run on this machine (${process.platform} ${process.arch}): ${failureLine(result)} What helps: set OPENAI_API_KEY or another provider key.`,
  );
}

/** The file that `import` would load, as a URL. */
async function entryOf(manifestPath: string): Promise<string> {
  const { main = 'dist/index.js' } = await readManifest(manifestPath).catch((error: unknown) => {
    throw new EngineFailure(`npm reported success, but ${manifestPath} cannot be read.`, {
      retryable: true,
      cause: error,
    });
  });
  return pathToFileURL(join(dirname(manifestPath), main)).href;
}

async function versionOf(manifestPath: string): Promise<string | undefined> {
  return (await readManifest(manifestPath).catch(() => undefined))?.version;
}

async function readManifest(path: string): Promise<{ main?: string; version?: string }> {
  const manifest: unknown = JSON.parse(await readFile(path, 'utf8'));
  return typeof manifest === 'object' && manifest !== null ? manifest : {};
}
