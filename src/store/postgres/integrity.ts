// PostgreSQL checks its own pages (checksums, on by default since 18); here is looked at what only this program knows: that
// no row points into nothing.
import type { Store } from '../../core/store.ts';
import type { QueryRunner } from '../sql/query-runner.ts';

export function createIntegrityCheck(runner: QueryRunner): Store['integrity'] {
  return async () => {
    const [rows = []] = await runner.query([
      {
        sql: `select 'request ' || id || ' has a key that does not exist: ' || key_id as problem from requests
where not exists (select from api_keys where api_keys.id = requests.key_id)
union all
select 'request ' || id || ' is held by a run that is over: ' || node_epoch from requests
where state = 'held' and not exists (select from nodes where epoch = node_epoch and stopped_at is null)
limit 100`,
        parameters: [],
      },
    ]);
    return rows.map((row) => String(row.problem));
  };
}
