// The official Python client. Its package comes from PyPI at the first run and stays cached beside the Node packages.
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Json } from './scripted-upstream.ts';

const run = promisify(execFile);
const version = '3.22.1';
const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));
const packages = `${cache}/openai-python-${version}`;

export interface PythonClient {
  /** Runs a program with the client on its path; what it prints is JSON. */
  run(program: URL, args: readonly string[]): Promise<Json>;
  /** Starts a program with the client on its path; it is talked to over its standard input and output. */
  start(program: URL, args: readonly string[]): ChildProcessWithoutNullStreams;
}

/** The client, or why it cannot be had: no Python, no pip or no network. */
export async function pythonClient(): Promise<PythonClient | { readonly missing: string }> {
  const missing = await install();
  if (missing) return { missing };
  const env = { ...process.env, PYTHONPATH: packages };
  return {
    async run(program, args) {
      const { stdout } = await run('python3', [fileURLToPath(program), ...args], {
        env,
        timeout: 120_000,
      });
      return JSON.parse(stdout);
    },
    start: (program, args) => spawn('python3', [fileURLToPath(program), ...args], { env }),
  };
}

async function install(): Promise<string> {
  if (existsSync(packages)) return '';
  const partial = `${packages}.${process.pid}`;
  await mkdir(cache, { recursive: true });
  try {
    await run('python3', ['-m', 'pip', 'install', '--quiet', '--target', partial, `openai==${version}`]);
    await rename(partial, packages);
    return '';
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (existsSync(packages)) return '';
    return `python3 with pip and openai ${version} is not to be had: ${String(error).split('\n')[0]}`;
  }
}
