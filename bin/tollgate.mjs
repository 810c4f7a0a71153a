#!/usr/bin/env node
// The `tollgate` command: finds the right Node and hands over. In a clone it first installs what is missing. Plain
// JavaScript for Node 16 and later; decides nothing about the gateway itself.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packagedNode } from './packaged-node.mjs';

/** Runs TypeScript as it is and has node:sqlite. */
const oldestNode = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src', 'main.ts');
const inClone = existsSync(source);
const entry = inClone ? source : join(root, 'dist', 'main.js');

endWithParent();
if (inClone) {
  const { ensureInstalled } = await import('../scripts/install.mjs');
  await ensureInstalled(root);
  if (process.argv[2] === 'serve') await buildConsoleBeside();
  // With types already stripped a start takes two thirds of the time and 25 MB less memory.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'compiled');
}
const packaged = packagedNode();
if (packaged && isOlder(process.versions.node, packaged.version)) {
  if (inClone && isOlder(process.versions.node, String(oldestNode)) && process.argv[2] === 'serve') {
    process.stderr.write(
      `tollgate: this is Node ${process.versions.node}; going on with Node ${packaged.version}, which came with the packages.\n`,
    );
  }
  runIn(packaged.path);
} else await runHere();

/** Beside the gateway's own start, which does not wait for it; only when its sources are younger than what was built. */
async function buildConsoleBeside() {
  const { maybeStale } = await import('../scripts/console-stamp.mjs');
  if (!maybeStale(root)) return;
  const build = spawn(
    packagedNode()?.path ?? process.execPath,
    [join(root, 'scripts', 'console-build.mjs'), '--if-stale'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  // The gateway is of use without it, and says so to whoever opens it.
  build.on('error', () => {});
  build.unref();
}

function isOlder(version, than) {
  return Number.parseInt(version, 10) < Number.parseInt(than, 10);
}

/** No second process where this one will do. */
async function runHere() {
  if (isOlder(process.versions.node, String(oldestNode))) {
    fail(
      `Tollgate needs Node ${oldestNode} or later; this is ${process.versions.node} (${process.execPath}), and the Node that comes with the package is missing or does not run on this system. Install a newer Node, or install again without omitting optional packages.`,
    );
  }
  // Node reads the variable at its start only; this process is past that.
  if (process.env.NODE_COMPILE_CACHE) nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  await import(pathToFileURL(entry).href);
}

/**
 * Starts the packaged Node and becomes its shadow: same streams, same signals, same end. The IPC channel carries no
 * message; it closes when this process dies, which is how the gateway learns of a `kill -9` here.
 */
function runIn(node) {
  const child = spawn(node, [entry, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const forward = (signal) => {
    if (signal === 'SIGINT' && terminalSignalsUs()) return;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  child.on('error', async (error) => {
    if (child.pid !== undefined) return;
    for (const signal of signals) process.off(signal, forward);
    // A binary for another C library (Alpine) fails to start: perhaps the running Node will do.
    if (error.code === 'ENOENT' || error.code === 'EACCES') await runHere();
    else fail(`${node} could not be started: ${error.message}`);
  });
  child.on('exit', (code, signal) => {
    for (const each of signals) process.off(each, forward);
    if (signal) process.kill(process.pid, signal);
    else process.exit(code ?? 1);
  });
}

/** Ctrl-C reaches the whole foreground group, so the child has it already; a second one would mean "at once". */
function terminalSignalsUs() {
  try {
    // proc(5): after the command in parentheses come state, ppid, pgrp, session, tty, tpgid.
    const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return group === foreground;
  } catch {
    return process.stdin.isTTY === true || process.stderr.isTTY === true;
  }
}

/**
 * npm runs a script below a shell, and a SIGTERM to npm may end only that shell. Then the loss of the parent is the
 * signal; without it the gateway would run on, unseen, and hold its port.
 */
function endWithParent() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
}

function fail(message) {
  process.stderr.write(`tollgate: ${message}\n`);
  process.exit(1);
}
