import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../tests/ledger/fixtures.ts';
import { openSpool, type SpoolRecord } from './spool.ts';

const ids = (records: readonly SpoolRecord[]) => records.map(({ settle }) => settle.id);
const record = (id: string): SpoolRecord => ({ settle: { id, state: 'settled', cost: 3n } });

it('keeps every field over a restart, money beyond a double too', () => {
  const folder = temporaryFolder();
  const settle = { id: 'a', cost: 2n ** 62n + 1n, error: 'line\nbreak', partial: 1, attempts: null };
  openSpool(folder).append([{ settle, transaction: '77' }]);
  expect(openSpool(folder).take()).toEqual([{ settle, transaction: '77' }]);
});

it('is empty where there was nothing, and after what was taken is replayed', () => {
  const folder = temporaryFolder();
  const spool = openSpool(folder);
  expect([spool.waiting, spool.take()]).toEqual([false, []]);
  spool.append([record('a')]);
  expect(ids(spool.take())).toEqual(['a']);
  expect(spool.waiting).toBe(true);
  spool.replayed();
  expect([spool.waiting, spool.take()]).toEqual([false, []]);
});

it('gives out again what was taken and not replayed, and takes what comes meanwhile after it', () => {
  const folder = temporaryFolder();
  const spool = openSpool(folder);
  spool.append([record('a')]);
  spool.take();
  spool.append([record('b')]);
  expect(ids(openSpool(folder).take())).toEqual(['a']);
  spool.replayed();
  expect(ids(spool.take())).toEqual(['b']);
});

it('loses a torn or damaged line alone, and writes behind a torn one on a line of its own', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'settlements.spool');
  const spool = openSpool(folder);
  spool.append([record('a'), record('b')]);
  const { length } = readFileSync(path);
  truncateSync(path, length - 5);
  spool.append([record('c')]);
  appendFileSync(path, '0123456789abcdef {"settlement":');
  const text = readFileSync(path, 'utf8').replace('"id":"a"', '"id":"x"');
  expect(ids(spool.take())).toEqual(['a', 'c']);
  writeFileSync(join(folder, 'settlements.replaying'), text);
  expect(ids(spool.take())).toEqual(['c']);
  expect(existsSync(path)).toBe(false);
});
