// Which pip this machine has. The user's own pip configuration decides where packages come from.
import type { CommandRunner, Environment } from '../run-command.ts';

/** The start of a command line: `['python3', '-m', 'pip']`. */
export type PipCommand = readonly [program: string, ...parameters: string[]];

const candidates: readonly PipCommand[] = [
  ['python3', '-m', 'pip'],
  ['pip3'],
  ['pip'],
  ['python', '-m', 'pip'],
  ['py', '-m', 'pip'],
];

/** The first that answers within `timeoutMs` altogether; `undefined` if none does. Rejects only on abort. */
export async function findPip(
  run: CommandRunner,
  environment: Environment,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<PipCommand | undefined> {
  const deadline = AbortSignal.timeout(timeoutMs);
  for (const [program, ...parameters] of candidates) {
    if (deadline.aborted) return undefined;
    const { exitCode } = await run(program, [...parameters, '--version'], {
      environment,
      timeoutMs,
      ...(signal ? { signal } : {}),
    });
    if (exitCode === 0) return [program, ...parameters];
  }
  return undefined;
}
