// The gateway as its users run it: a process of its own, started by the `tollgate` command, on a free port.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../bin/tollgate.mjs', import.meta.url));

export interface ServeProcess extends AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;
  /** All that was printed so far, standard output and error together. */
  output(): string;
  /** Sends the signal and resolves with the exit code, or the signal's name if that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string | null>;
  /** Polls `GET /ready` until it answers 200. Rejects after `limitMs` with what it said last. */
  ready(limitMs: number): Promise<void>;
}

export interface ServeOptions {
  readonly data: string;
  /** Besides the variables of the test process, without its TOLLGATE_* and provider keys. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Resolves when it listens; rejects with its output when it ends before that. */
export async function serveProcess({ data, environment = {} }: ServeOptions): Promise<ServeProcess> {
  const { child, output } = startCommand(['serve', '--port', '0', '--data', data], environment);
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = /listens on (http:\S+)/.exec(output())?.[1];
      if (found) resolve(found);
    };
    child.stdout?.on('data', look);
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it listened:\n${output()}`)));
  });

  async function end(signal: NodeJS.Signals): Promise<number | string | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
    const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
    child.kill(signal);
    const [code, by] = await exited;
    return code ?? by;
  }

  return {
    url,
    child,
    output,
    end,
    async ready(limitMs) {
      const until = performance.now() + limitMs;
      for (;;) {
        const response = await fetch(`${url}/ready`);
        const said = await response.text();
        if (response.ok) return;
        if (performance.now() > until) throw new Error(`not ready after ${limitMs} ms: ${said}\n${output()}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
    },
  };
}

export interface CommandOutcome {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a command that ends by itself, or by the signal that `ending` resolves to. */
export async function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  ending?: Promise<NodeJS.Signals>,
): Promise<CommandOutcome> {
  const { child, output } = startCommand(args, environment);
  void ending?.then((signal) => child.kill(signal));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: output() };
}

function startCommand(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TOLLGATE_|npm_|VITEST)|_API_KEY$|^NODE_ENV$/.test(name),
  );
  const child = spawn(process.execPath, [command, ...args], {
    // One process each: what several do is for tests of that.
    env: { ...Object.fromEntries(inherited), TOLLGATE_WORKERS: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  }
  return { child, output: () => text };
}
