import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { readLines } from './read-lines.ts';
import { failureLine, runCommand } from './run-command.ts';

const run = (program: string, more: { timeoutMs?: number; signal?: AbortSignal } = {}) =>
  runCommand(process.execPath, ['--eval', program], {
    environment: { GIVEN: 'yes' },
    timeoutMs: 20_000,
    ...more,
  });

test('the end, the last lines, and only the environment that was given', async () => {
  const result = await run(
    'console.log(process.env.GIVEN, process.env.HOME); console.error("bad"); process.exitCode = 4',
  );
  expect(result.exitCode).toBe(4);
  expect([...result.lines].sort()).toEqual(['bad', 'yes undefined']);
});

test('a program that is not there, or takes too long, has no exit code', async () => {
  const missing = await runCommand('/nonexistent/program', [], { environment: {}, timeoutMs: 1000 });
  expect(missing.exitCode).toBeUndefined();
  expect(failureLine(missing)).toMatch(/ENOENT/);
  const slow = await run('setInterval(() => {}, 1000)', { timeoutMs: 50 });
  expect(slow.exitCode).toBeUndefined();
});

test('an abort ends the program', async () => {
  const abort = new AbortController();
  const running = run('setInterval(() => {}, 1000)', { signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  await expect(run('', { signal: abort.signal })).rejects.toThrow('enough');
});

test('the line with the error is preferred to the last one', () => {
  expect(failureLine({ exitCode: 1, lines: ['ERROR: no such package', 'see the log', ''] })).toBe(
    'ERROR: no such package',
  );
  expect(failureLine({ exitCode: 1, lines: [] })).toBe('it said nothing');
});

test('lines across chunks, with either line break, and of bounded length', async () => {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, (line) => lines.push(line));
  for (const chunk of ['a', 'b\r', '\nc\n\n', 'x'.repeat(10_000), '\nend']) stream.write(chunk);
  stream.end();
  await new Promise((resolve) => stream.once('end', resolve));
  expect(lines.slice(0, 3)).toEqual(['ab', 'c', '']);
  expect(lines.slice(3).map(({ length }) => length)).toEqual([4096, 4096, 1808, 3]);
});
