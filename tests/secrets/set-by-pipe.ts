// `tollgate secrets set` with its value on standard input.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CommandOutcome } from '../support/serve-process.ts';

const command = fileURLToPath(new URL('../../bin/tollgate.mjs', import.meta.url));

export async function setByPipe(
  name: string,
  value: string,
  environment: Readonly<Record<string, string>>,
  ...more: string[]
): Promise<CommandOutcome> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [command, 'secrets', 'set', name, ...more], {
    env: { PATH, HOME, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
    });
  }
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${value}\n`);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
