// The one place that runs another program to its end (pip, npm). The environment is the caller's, explicitly; the
// arguments are a list, so no shell is involved.
import { spawn } from 'node:child_process';
import { readLines } from './read-lines.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface CommandOptions {
  readonly environment: Environment;
  readonly timeoutMs: number;
  readonly folder?: string;
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  /** `undefined` = there is no such program, or it was ended by a signal or the timeout. */
  readonly exitCode: number | undefined;
  /** The last lines it printed, stdout and stderr together. */
  readonly lines: readonly string[];
}

/** Resolves however the program ends; rejects only when `signal` aborts. */
export type CommandRunner = (
  program: string,
  parameters: readonly string[],
  options: CommandOptions,
) => Promise<CommandResult>;

const keptLines = 200;

export const runCommand: CommandRunner = (program, parameters, options) =>
  new Promise((resolve, reject) => {
    options.signal?.throwIfAborted();
    const lines: string[] = [];
    const keep = (line: string) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
    };
    const child = spawn(program, parameters, {
      env: { ...options.environment },
      ...(options.folder === undefined ? {} : { cwd: options.folder }),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
    });
    const abort = () => child.kill('SIGKILL');
    options.signal?.addEventListener('abort', abort, { once: true });
    const end = (exitCode: number | undefined) => {
      options.signal?.removeEventListener('abort', abort);
      if (options.signal?.aborted) reject(options.signal.reason);
      else resolve({ exitCode, lines });
    };
    readLines(child.stdout, keep);
    readLines(child.stderr, keep);
    child.once('error', (error) => {
      keep(error.message);
      end(undefined);
    });
    child.once('close', (exitCode) => end(exitCode ?? undefined));
  });

/** The line that most likely says why a program failed. */
export function failureLine(result: CommandResult): string {
  const said = result.lines.filter((line) => line.trim() !== '');
  const error = said.findLast((line) => /\berror\b/i.test(line)) ?? said.at(-1) ?? 'it said nothing';
  return error.trim().slice(0, 300);
}
