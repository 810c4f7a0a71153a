// `npm test`: installs what is missing, then types, lint and tests, each with its duration; stops at the first failure.
// `npm test -- <path or option>` runs only the tests and hands the arguments to Vitest.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
await ensureInstalled(root);
const { packagedNode } = await import('../bin/packaged-node.mjs');
const node = packagedNode()?.path ?? process.execPath;
const program = (...path) => join(root, 'node_modules', ...path);

const reports = mkdtempSync(join(tmpdir(), 'tollgate-check-'));
process.on('exit', () => rmSync(reports, { recursive: true, force: true }));
const report = join(reports, 'vitest.json');
const given = process.argv.slice(2);

const types = ['types', [program('typescript', 'bin', 'tsc'), '--noEmit']];
// The scripts of pages are JavaScript that knows a browser's types instead of Node's.
const pages = [
  'types of pages',
  [program('typescript', 'bin', 'tsc'), '--noEmit', '--project', join(root, 'tsconfig.page.json')],
];
const consoleTypes = [
  'types of the console',
  [program('typescript', 'bin', 'tsc'), '--noEmit', '--project', join(root, 'console')],
];
const lint = ['lint', [program('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', '.']];
const tests = [
  'tests',
  [
    program('vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...given,
  ],
];

for (const [name, command] of given.length > 0 ? [tests] : [types, pages, consoleTypes, lint, tests]) {
  process.stdout.write(`\n--- ${name} ---\n`);
  const started = Date.now();
  const code = await run(command);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `--- ${name}: ${code === 0 ? 'ok' : `failed (exit code ${code})`}, ${seconds} s ---\n`,
  );
  if (name === 'tests') process.stdout.write(`\n${summary(code)}\n`);
  if (code !== 0) {
    process.exitCode = code;
    break;
  }
}

/** Exit code of a step; as shells count, 128 + n when signal n ended it. */
function run(command) {
  // Whatever a test starts as `node` is the same Node; a production setting of the shell does not reach the tests.
  const { NODE_ENV: _, ...inherited } = process.env;
  const path = [dirname(node), program('.bin'), process.env.PATH ?? ''].join(delimiter);
  return new Promise((resolve) => {
    const child = spawn(node, command, { cwd: root, stdio: 'inherit', env: { ...inherited, PATH: path } });
    const forward = (signal) => child.kill(signal);
    process.on('SIGTERM', forward);
    // Ctrl-C reaches the child by itself; this process stays to tell how it ended.
    const stay = () => {};
    process.on('SIGINT', stay);
    child.on('error', (error) => {
      process.stderr.write(`${node} could not be started: ${error.message}\n`);
      resolve(1);
    });
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', forward);
      process.off('SIGINT', stay);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

/** `N passed, N failed, N skipped`; what failed outside of any test (a file that does not load) counts as failed. */
function summary(code) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return `0 passed, ${code === 0 ? 0 : 1} failed, 0 skipped`;
  }
  const broken = results.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const counted = results.numFailedTests + broken;
  const failed = code !== 0 && counted === 0 ? 1 : counted;
  const skipped = results.numPendingTests + results.numTodoTests;
  return `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`;
}
