// One life of the embedded model's child process: started, listened to, ended. Knows the protocol, but nothing of
// restarts or of where the model came from.
import { fork } from 'node:child_process';
import type { ChildMessage, ChildOptions } from './child-protocol.ts';
import { readLines } from './read-lines.ts';
import type { Environment } from './run-command.ts';

export interface ChildStart {
  readonly module: URL;
  readonly options: ChildOptions;
  readonly environment: Environment;
  readonly onMessage: (message: ChildMessage) => void;
  readonly onLine: (line: string) => void;
}

export interface ChildExit {
  /** `exit code 1`, `signal SIGSEGV`, or why it could not be started. */
  readonly how: string;
  readonly signal: NodeJS.Signals | undefined;
  /** The last line it printed. */
  readonly lastLine: string | undefined;
}

export interface RunningChild {
  readonly pid: number | undefined;
  /** Never rejects. */
  readonly exit: Promise<ChildExit>;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
}

const lastWordsMs = 200;

export function startChild(start: ChildStart): RunningChild {
  const child = fork(start.module, [JSON.stringify(start.options)], {
    env: { ...start.environment },
    // Not our own: an inspector's port can be used once only.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
    // Ctrl-C in a terminal goes to the whole process group; the gateway decides when the model may end.
    detached: process.platform !== 'win32',
  });
  let lastLine: string | undefined;
  const onLine = (line: string) => {
    if (line.trim() !== '') lastLine = line;
    start.onLine(line);
  };
  if (child.stdout) readLines(child.stdout, onLine);
  if (child.stderr) readLines(child.stderr, onLine);
  child.on('message', (message) => {
    if (isChildMessage(message)) start.onMessage(message);
  });
  const exit = new Promise<ChildExit>((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ how: error.message, signal: undefined, lastLine });
    });
    child.once('exit', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      const finish = () => resolve({ how, signal: signal ?? undefined, lastLine });
      // Its last words may still be in the pipe, but a descendant must not be able to hold that open for ever.
      const timer = setTimeout(finish, lastWordsMs);
      child.once('close', () => {
        clearTimeout(timer);
        finish();
      });
    });
  });
  return {
    pid: child.pid,
    exit,
    async stop(graceMs) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exit;
      clearTimeout(timer);
    },
  };
}

function isChildMessage(message: unknown): message is ChildMessage {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  return message.type === 'loading' || message.type === 'ready' || message.type === 'failed';
}
