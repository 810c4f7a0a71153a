import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openGatewayStore, temporaryFolder } from '../../../tests/ledger/fixtures.ts';
import { systemClock } from '../../core/clock.ts';
import { StoreError } from '../../core/store.ts';
import { openSqliteToolStore } from './open.ts';

async function openingError(folder: string): Promise<StoreError> {
  const error = await openGatewayStore(folder).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  return error as StoreError;
}

function change(folder: string, sql: string): void {
  using database = new DatabaseSync(join(folder, 'tollgate.sqlite'));
  database.exec(sql);
}

describe('the data folder', () => {
  it('is made for its owner alone', async () => {
    const folder = join(temporaryFolder(), 'deep', 'data');
    await openGatewayStore(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'tollgate.sqlite')).mode & 0o777).toBe(0o600);
  });

  it('below a regular file is refused with a sentence that says what to do', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const error = await openingError(join(file, 'data'));
    expect(error.code).toBe('data_folder_unusable');
    expect(error.message).toContain(join(file, 'data'));
    expect(error.message).toMatch(/runs as (user|uid) \S+ and cannot write .* set TOLLGATE_DATA/);
  });

  it.skipIf(process.getuid?.() === 0)(
    'without write permission is refused (root may write anywhere)',
    async () => {
      const folder = join(temporaryFolder(), 'data');
      mkdirSync(folder, { mode: 0o500 });
      expect((await openingError(folder)).code).toBe('data_folder_unusable');
      chmodSync(folder, 0o700);
    },
  );

  it.skipIf(!existsSync('/proc/self/fd'))(
    'where the file system makes no folders is refused, not waited for',
    async () => {
      expect((await openingError('/proc/self/tollgate')).code).toBe('data_folder_unusable');
    },
  );

  it('has one gateway at a time, and is free again when that one closes', async () => {
    const folder = temporaryFolder();
    const first = await openGatewayStore(folder);
    const error = await openingError(folder);
    expect(error.code).toBe('data_folder_in_use');
    expect(error.message).toContain(`Another gateway is running on the data folder ${folder}`);
    await first.store[Symbol.asyncDispose]();
    const second = await openGatewayStore(folder);
    expect(second.store.epoch).toBe(2);
  });

  it('is open to a tool beside the gateway', async () => {
    const folder = temporaryFolder();
    await openGatewayStore(folder);
    await using tool = await openSqliteToolStore({ folder, clock: systemClock });
    expect((await tool.keyReader.keys({ limit: 10 })).items).toHaveLength(1);
  });

  it('leaves no log behind when it is closed', async () => {
    const folder = temporaryFolder();
    const { store } = await openGatewayStore(folder);
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    expect(existsSync(join(folder, 'tollgate.sqlite-wal'))).toBe(false);
  });
});

describe('the database file', () => {
  it('that is no database is refused', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, 'tollgate.sqlite'),
      'this is not a database, it is a text of some length'.repeat(100),
    );
    const error = await openingError(folder);
    expect(error.code).toBe('database_corrupt');
    expect(error.message).toContain(folder);
    expect(error.message).toContain('Restore it from a backup');
  });

  it('from a newer Tollgate is refused', async () => {
    const folder = temporaryFolder();
    await (await openGatewayStore(folder)).store[Symbol.asyncDispose]();
    change(folder, "insert into schema_migrations values (99, 'later', 'x', 1)");
    expect((await openingError(folder)).code).toBe('schema_newer');
  });

  it('whose schema was made by another migration of the same number is refused', async () => {
    const folder = temporaryFolder();
    await (await openGatewayStore(folder)).store[Symbol.asyncDispose]();
    change(folder, "update schema_migrations set checksum = 'x'");
    expect((await openingError(folder)).code).toBe('schema_changed');
  });

  it('is made by a tool too, as keys may be created before the first start', async () => {
    const folder = join(temporaryFolder(), 'data');
    await using tool = await openSqliteToolStore({ folder, clock: systemClock });
    expect(await tool.integrity()).toEqual([]);
  });

  it('that needs a change is left alone by a tool while a gateway runs', async () => {
    const folder = temporaryFolder();
    await openGatewayStore(folder);
    change(folder, 'delete from schema_migrations');
    await expect(
      openSqliteToolStore({ folder, clock: systemClock, busyTimeoutMs: 50 }),
    ).rejects.toMatchObject({
      code: 'data_folder_in_use',
      message: expect.stringContaining('Restart the gateway with this version first'),
    });
  });
});
