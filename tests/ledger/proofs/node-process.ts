// A gateway as a process of its own, which can be killed at any moment and started again on the same data folder.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

export interface NodeProcess {
  /** Of the running process; a restart gives it another port. `undefined` while there is none. */
  readonly url: string | undefined;
  /** Resolves when it listens. */
  start(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM: streams end, the ledger is settled. */
  stop(): Promise<void>;
  /** What the process that runs, or ran last, wrote to standard error. */
  words(): string;
}

export function createNode(variables: Readonly<Record<string, string>>): NodeProcess {
  let child: ChildProcess | undefined;
  let url: string | undefined;
  let words = '';
  const endWithThisProcess = () => void child?.kill('SIGKILL');

  async function end(signal: NodeJS.Signals): Promise<void> {
    url = undefined;
    const ending = child;
    child = undefined;
    process.off('exit', endWithThisProcess);
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill(signal);
    await ended;
  }

  return {
    get url() {
      return url;
    },
    words: () => words,
    async start() {
      const started = spawnCommand(['serve'], {
        TOLLGATE_PORT: '0',
        TOLLGATE_LOCAL_MODEL: 'off',
        // What becomes of a node that is one process; of several tell tests/workers.
        TOLLGATE_WORKERS: '1',
        ...variables,
      });
      child = started;
      process.once('exit', endWithThisProcess);
      words = '';
      started.stderr?.on('data', (piece) => {
        words = (words + String(piece)).slice(-20_000);
      });
      url = await new Promise<string>((resolve, reject) => {
        let said = '';
        started.stdout?.on('data', (piece) => {
          if (said.length < 10_000) said += String(piece);
          const found = /listens on (http:\S+)/.exec(said)?.[1];
          if (found) resolve(found);
        });
        started.once('exit', (code, signal) =>
          reject(new Error(`a gateway ended with ${code ?? signal} before it listened:\n${said}${words}`)),
        );
      });
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

export interface CommandEnd {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a command of `tollgate` to its end. */
export async function runTollgate(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<CommandEnd> {
  const child = spawnCommand(args, variables);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece) => {
      output += String(piece);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** Nothing of the operator's own environment gets in. */
function spawnCommand(args: readonly string[], variables: Readonly<Record<string, string>>): ChildProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TOLLGATE_|npm_|VITEST)|_API_KEY$|^NODE_(ENV|OPTIONS)$/.test(name),
  );
  return spawn(process.execPath, [main, ...args], {
    env: { ...Object.fromEntries(inherited), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
