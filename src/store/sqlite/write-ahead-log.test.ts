import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { privateFile } from './data-folder.ts';
import { copiedBackPages, takeLog } from './write-ahead-log.ts';

function openLogged(sync?: (file: number) => void) {
  const path = join(mkdtempSync(join(tmpdir(), 'tollgate-log-')), 'tollgate.sqlite');
  const database = new DatabaseSync(path);
  database.exec('pragma journal_mode = wal; create table t (a)');
  const log = takeLog(database, path, sync);
  return { path, database, log };
}

const lengthOf = (database: DatabaseSync) =>
  (database.prepare('pragma wal_checkpoint(noop)').get() as { log: number }).log;

describe('the log of the ledger', () => {
  it('is flushed once for each transaction, and nothing else flushes it', () => {
    const flushed: number[] = [];
    const { path, database, log } = openLogged((file) => flushed.push(file));
    database.exec('insert into t values (1)');
    expect(flushed).toEqual([]);
    log.flush();
    log.flush();
    expect(flushed).toHaveLength(2);
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
  });

  it('that the disk did not take goes into the database before anything counts as written again', () => {
    let broken = true;
    const { path, database, log } = openLogged(() => {
      if (broken) throw new Error('EIO');
    });
    database.exec('insert into t values (1)');
    expect(() => log.flush()).toThrow('EIO');
    broken = false;
    {
      using reader = new DatabaseSync(path);
      reader.exec('begin');
      reader.prepare('select * from t').all();
      database.exec('insert into t values (2)');
      // Who reads the log keeps it from beginning anew.
      expect(() => log.flush()).toThrow('read by others');
      reader.exec('rollback');
    }
    log.flush();
    database.exec('insert into t values (3)');
    // The two rows of before are not in the log any more.
    expect(lengthOf(database)).toBe(1);
  });

  it('is copied back between transactions when it has grown long, and not before', () => {
    const { database, log } = openLogged(() => {});
    const add = (count: number) => {
      for (let index = 0; index < count; index++) {
        database.exec('insert into t values (zeroblob(40000))');
        log.flush();
        log.tend();
      }
    };
    add(100);
    const before = lengthOf(database);
    expect(before).toBeGreaterThan(1000);
    // Some 5,500 pages together.
    add(400);
    expect(lengthOf(database)).toBeLessThan(copiedBackPages);
    expect(lengthOf(database)).toBeGreaterThan(0);
  });
});

describe.runIf(process.platform === 'linux')('the database file', () => {
  it('keeps the locks of its first connection when it is opened a second time', () => {
    const { path, database } = openLogged();
    database.prepare('select * from t').all();
    const locks = () => readFileSync('/proc/locks', 'utf8').includes(`:${statSync(path).ino} `);
    expect(locks()).toBe(true);
    privateFile(join(path, '..'), 'tollgate.sqlite');
    expect(locks()).toBe(true);
  });
});
