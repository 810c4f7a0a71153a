import { describe, expect, it } from 'vitest';
import { migrations } from './index.ts';
import { checksumOf, pendingMigrations, statementsFor } from './migration.ts';

const words = { int64: 'I', id: 'T', keyed: ' K', plain: '' };
const applied = migrations.map((migration) => ({
  version: migration.version,
  checksum: checksumOf(migration),
}));

describe('migrations', () => {
  it('are numbered from 1 without gaps', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('are never edited once released: a change of the schema is a new file', () => {
    expect(migrations.map((migration) => `${migration.name} ${checksumOf(migration)}`)).toMatchSnapshot();
  });

  it('have every word of the dialect put in', () => {
    for (const migration of migrations) {
      for (const text of statementsFor(migration, words)) expect(text).not.toMatch(/[{}]/);
    }
  });

  it('run all on an empty database and none on a current one', () => {
    expect(pendingMigrations(migrations, [])).toEqual(migrations);
    expect(pendingMigrations(migrations, applied)).toEqual([]);
  });

  it('refuse a database from a newer release', () => {
    const newer = [...applied, { version: applied.length + 1, checksum: 'x' }];
    expect(() => pendingMigrations(migrations, newer)).toThrow(
      expect.objectContaining({ code: 'schema_newer', message: expect.stringContaining('newer Tollgate') }),
    );
  });

  it('refuse a database whose migration was another one', () => {
    const changed = applied.map((row, index) => (index === 0 ? { ...row, checksum: 'f'.repeat(64) } : row));
    expect(() => pendingMigrations(migrations, changed)).toThrow(
      expect.objectContaining({
        code: 'schema_changed',
        message: expect.stringContaining('Migration 1 (first-tables)'),
      }),
    );
  });
});
