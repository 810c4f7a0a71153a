import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { toStoreError } from './failure.ts';

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

it('tells a mistake in a statement from a folder that cannot be used', () => {
  using database = new DatabaseSync(':memory:');
  const mistake = errorOf(() => database.prepare('select ('));
  expect(toStoreError(mistake, '/data')).toMatchObject({ code: 'store_failed' });
  database.exec('create table t (a integer not null) strict');
  const refused = errorOf(() => database.exec("insert into t values ('x')"));
  expect(toStoreError(refused, '/data')).toMatchObject({ code: 'store_failed' });
  const missing = errorOf(() => new DatabaseSync('/no/such/folder/tollgate.sqlite'));
  expect(toStoreError(missing, '/no/such/folder')).toMatchObject({ code: 'data_folder_unusable' });
  const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  expect(toStoreError(denied, '/data')).toMatchObject({ code: 'data_folder_unusable' });
});
