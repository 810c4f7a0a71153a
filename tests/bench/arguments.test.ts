import { describe, expect, test } from 'vitest';
import { allParts, commandOf, readArguments, UsageError } from '../../bench/arguments.ts';

const read = (...args: string[]) => readArguments(args, ['tollgate', 'relay', 'nginx']);

describe('what is asked of the harness', () => {
  test('nothing: all parts, and no page', () => {
    expect(read()).toMatchObject({ peers: false, quick: false, parts: allParts, page: false });
    expect(read().only).toBeUndefined();
  });

  test.each<[string[], boolean]>([
    [['--peers'], true],
    [['--peers', '--quick'], false],
    [['--peers', '--only', 'tollgate,nginx'], false],
    [['--peers', '--parts', 'memory'], false],
    [['--peers', '--parts', allParts.join(',')], true],
    [['--peers', '--parts', 'memory', '--page'], true],
    [['--peers', '--from', 'a.json'], false],
    [['--from', 'a.json', '--page'], true],
  ])('%j writes the page: %s', (args, page) => {
    expect(read(...args).page).toBe(page);
  });

  test('parts and programs are taken in their own order', () => {
    expect(read('--parts', 'memory, speed').parts).toEqual(['speed', 'memory']);
    expect(read('--only', 'nginx,tollgate').only).toEqual(['tollgate', 'nginx']);
  });

  test('the command is told as it is to be repeated', () => {
    expect(commandOf(read('--peers', '--folder', '/somewhere'))).toBe('npm run bench:peers');
    expect(commandOf(read('--quick', '--only', 'nginx', '--parts', 'memory'))).toBe(
      'npm run bench -- --quick --only nginx --parts memory',
    );
  });

  test.each<[string[], RegExp]>([
    [['--parts', 'nonsense'], /--parts does not know "nonsense"\. It knows: speed, workers, /],
    [['--only', 'nobody,nginx'], /--only does not know "nobody"\. It knows: tollgate, relay, nginx\./],
    [['--parts', ''], /does not know ""/],
    [['--fast'], /--fast[\s\S]*There are --quick/],
    [['extra'], /extra/],
  ])('%j is said to be wrong in a sentence', (args, said) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(said);
  });
});
