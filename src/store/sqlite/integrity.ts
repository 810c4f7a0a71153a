// Asks SQLite to check the whole file.
import type { Store } from '../../core/store.ts';
import type { QueryRunner } from '../sql/query-runner.ts';

export function createIntegrityCheck(runner: QueryRunner): Store['integrity'] {
  return async () => {
    const [rows = []] = await runner.query([{ sql: 'pragma integrity_check', parameters: [] }]);
    return rows.map((row) => String(row.integrity_check)).filter((line) => line !== 'ok');
  };
}
