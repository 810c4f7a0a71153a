// package-lock.json names every package of every platform. One that is missing makes `npm ci` refuse everywhere, and
// npm leaves them out by itself when a registry does not offer them on the day someone runs `npm install`.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Entry {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = new URL('../../package-lock.json', import.meta.url);
const packages: Readonly<Record<string, Entry>> = JSON.parse(readFileSync(lock, 'utf8')).packages;

/** As Node resolves: beside the package, then outwards. */
function isLocked(from: string, name: string): boolean {
  let folder = from;
  for (;;) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]?.version) return true;
    if (folder === '') return false;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1));
  }
}

it('has an entry for every dependency', () => {
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => !isLocked(path, name))
      .map((name) => `${path || 'package.json'} needs ${name}`),
  );
  expect(missing).toEqual([]);
});
