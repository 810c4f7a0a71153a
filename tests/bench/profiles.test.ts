// A reader who follows a missed target finds what stands in its way: every link of the benchmarks and of the profiles leads somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../bench/spawn.ts';

const folder = join(root, 'docs', 'profiles');
const pages = readdirSync(folder).filter((name) => name.endsWith('.md'));
const read = (path: string) => readFileSync(path, 'utf8');

/** As the pages are shown: headings in small letters, blanks as dashes, other signs left out. */
function anchorsOf(path: string): string[] {
  return Array.from(read(path).matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each([join(root, 'docs', 'benchmarks.md'), ...pages.map((name) => join(folder, name))])('%s', (path) => {
  const links = Array.from(read(path).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g));
  const broken = links.flatMap(([link, file = '', anchor]) => {
    const target = file === '' ? path : join(dirname(path), file);
    if (!existsSync(target)) return [link];
    return anchor === undefined || anchorsOf(target).includes(anchor) ? [] : [link];
  });
  expect(broken).toEqual([]);
});

test('the index names every page', () => {
  const index = read(join(folder, 'README.md')).split('## All pages')[1] ?? '';
  for (const name of pages.filter((page) => page !== 'README.md')) expect(index).toContain(`(${name})`);
});
