// The log of a real process, as its reader gets it.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Runs this with `log`, and gives the lines it wrote. */
function linesOf(script: string): { readonly at: number; readonly msg: string; readonly time: number }[] {
  const module = new URL('./log.ts', import.meta.url).href;
  const { stderr, status } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { openLog } from '${module}'; const opened = openLog('info'); const { log } = opened; ${script}`,
    ],
    { encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  return stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('lines come in their order, each with the time at which it was said', () => {
  const lines = linesOf(`
    const say = (level, msg) => log[level]({ at: Date.now() }, msg);
    for (let index = 0; index < 3; index++) {
      say('info', 'good');
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    say('warn', 'bad');
    say('debug', 'unheard');
    for (let index = 0; index < 1000; index++) say('info', 'many');
    await opened[Symbol.asyncDispose]();
  `);
  const told = ['good', 'good', 'good', 'bad', ...Array(1000).fill('many')];
  expect(lines.map(({ msg }) => msg)).toEqual(told);
  for (const [index, { at, time }] of lines.entries()) {
    expect(time).toBeGreaterThanOrEqual(at);
    expect(time).toBeLessThanOrEqual(lines[index + 1]?.at ?? Number.POSITIVE_INFINITY);
  }
});

test('what waits is written where the process ends without a word', () => {
  expect(linesOf(`log.info('last words'); process.exit(0);`).map(({ msg }) => msg)).toEqual(['last words']);
  expect(linesOf(`log.info('and these');`).map(({ msg }) => msg)).toEqual(['and these']);
});
