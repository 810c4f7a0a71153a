// Starts the processes of a benchmark, each on its own cores where the machine has some to give, and ends them.
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const root = join(import.meta.dirname, '..');

/**
 * `measured`: whose CPU is counted. `around`: the upstream and the clients, which must not get in its way. `first`, `firstTwo`: one core
 * or two, where numbers of cores are what is compared; of two cores the second is that of `around`, too.
 */
export type Place = 'measured' | 'around' | 'anywhere' | 'first' | 'firstTwo';

const longestStartMs = 60_000;
const longestEndMs = 20_000;

export interface Started extends AsyncDisposable {
  readonly pid: number;
  readonly process: ChildProcess;
  /** First group of the line that was waited for. */
  readonly found: string;
}

export interface StartOptions {
  /** The script and its arguments. */
  readonly args: readonly string[];
  readonly place: Place;
  readonly environment?: Readonly<Record<string, string>>;
  /** Matches the line on standard output that says that it is up. */
  readonly until: RegExp;
  /** The file that standard error is added to, where there is much of it: reading it here would take the cores of what is measured. */
  readonly log?: string;
}

const settings = /^(TOLLGATE|OTEL|LITELLM)_|_API_KEY$|^(DATABASE_URL|NODE_OPTIONS)$/;

/**
 * The variables of whoever runs this without what would set up a measured program: a database of theirs would be filled, a log level or an
 * address for traces would be in the figures and nowhere on the page.
 */
export function neutralEnvironment(variables: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !settings.test(name)));
}

/** Starts this Node with a script and waits for its line. */
export async function start({ args, place, environment, until, log }: StartOptions): Promise<Started> {
  const errorFile = log === undefined ? undefined : openSync(log, 'a');
  const child = spawnPinned(args, place, {
    env: { ...neutralEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', errorFile ?? 'pipe'],
  });
  if (errorFile !== undefined) closeSync(errorFile);
  let errors = '';
  child.stderr?.on('data', (piece) => {
    errors = (errors + String(piece)).slice(-4000);
  });
  const found = await new Promise<string>((resolve, reject) => {
    const fail = (reason: string) => {
      const said = log === undefined ? errors : readFileSync(log, 'utf8').slice(-4000);
      reject(new Error(`${args.join(' ')} ${reason}\n${said}`));
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`was not up within ${longestStartMs / 1000} s`);
    }, longestStartMs);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with ${code}`));
    if (!child.stdout) return fail('has no standard output');
    createInterface(child.stdout).on('line', (line) => {
      const match = until.exec(line);
      if (!match) return;
      clearTimeout(timer);
      resolve(match[1] ?? '');
    });
  });
  return { pid: child.pid ?? 0, process: child, found, [Symbol.asyncDispose]: () => end(child) };
}

/** Another program than this Node by `program`. */
export function spawnPinned(
  args: readonly string[],
  place: Place,
  options: SpawnOptions,
  program: string = process.execPath,
): ChildProcess {
  const cores = coresOf(place);
  const command = [program, ...args];
  const pinned = cores === undefined ? command : ['taskset', '-c', cores, ...command];
  return spawn(pinned[0] as string, pinned.slice(1), { cwd: root, ...options });
}

/** SIGTERM, and SIGKILL for one that does not go. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), longestEndMs);
  await gone;
  clearTimeout(timer);
}

export const pinning = pinningOf(availableParallelism());

/** The last core is for the processes around, all others for the measured one. */
function pinningOf(cores: number): Readonly<Record<Exclude<Place, 'anywhere'>, string>> | undefined {
  if (cores < 2 || process.platform !== 'linux') return undefined;
  if (spawnSync('taskset', ['-c', `0-${cores - 1}`, 'true']).status !== 0) return undefined;
  return {
    measured: cores === 2 ? '0' : `0-${cores - 2}`,
    around: String(cores - 1),
    first: '0',
    firstTwo: '0-1',
  };
}

function coresOf(place: Place): string | undefined {
  return place === 'anywhere' ? undefined : pinning?.[place];
}
