// Installs peers outside of the repository with the package managers of their worlds. What is there already stays.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { NotInstalled } from './peer.ts';

/** `~/.cache/tollgate-bench/peers`, or where `--folder` says. */
export const defaultFolder = join(homedir(), '.cache', 'tollgate-bench', 'peers');

export function folderOf(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Throws where nothing can be installed there, before anything was measured. */
export function checkFolder(parent: string): void {
  try {
    mkdirSync(parent, { recursive: true });
    accessSync(parent, constants.W_OK);
  } catch (error) {
    throw new Error(`Nothing can be installed into ${parent}: ${(error as Error).message}`);
  }
}

const longestMs = 20 * 60_000;

/** Standard output of a command that ended well. Throws `NotInstalled` with the last lines of what it said otherwise. */
export async function command(folder: string, program: string, ...args: string[]): Promise<string> {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: longestMs });
  let output = '';
  let said = '';
  child.stdout.on('data', (piece) => {
    output += piece;
  });
  child.stderr.on('data', (piece) => {
    said = (said + piece).slice(-4000);
  });
  try {
    const [code] = await once(child, 'close');
    if (code === 0) return output;
    throw new Error(lastLine(said) || lastLine(output) || `ended with ${code}`);
  } catch (error) {
    const tried = [program.split('/').at(-1), ...args].join(' ');
    // The reason stands on the page, where this machine's folders say nothing.
    throw new NotInstalled(`\`${tried}\`: ${(error as Error).message}`.replaceAll(folder, '.'));
  }
}

/** The last line that speaks of an error, else the last line. */
function lastLine(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('npm warn'));
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '';
}
