// Sums per day of UTC beside those per hour, and how often each error came up. Filled from the hours, and the errors from the
// rows that are still there: of hours whose rows were deleted, only their number is known.
import type { Migration } from './migration.ts';

const counts = [
  'requests',
  'errors',
  'partials',
  'input_tokens',
  'output_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'charged_tokens',
  'cost_nanousd',
];
const steps = ['duration', 'first_token'].flatMap((name) =>
  Array.from({ length: 16 }, (_, step) => `${name}_${step}`),
);
const sums = [...counts, ...steps];
const dayMs = 86_400_000;

const errorCounts = (time: string) => `(
  ${time} {int64} not null,
  key_id {id} not null,
  model {id} not null,
  provider {id} not null,
  project_id {id} not null,
  code {id} not null,
  requests {int64} not null default 0,
  primary key (${time}, key_id, model, provider, project_id, code)
){keyed}`;

export const usageDays: Migration = {
  version: 11,
  name: 'usage-days',
  statements: [
    `create table usage_days (
  day {int64} not null,
  key_id {id} not null,
  model {id} not null,
  provider {id} not null,
  project_id {id} not null,
${sums.map((name) => `  ${name} {int64} not null default 0,\n`).join('')}  primary key (day, key_id, model, provider, project_id)
){keyed}`,
    `insert into usage_days (day, key_id, model, provider, project_id, ${sums.join(', ')})
  select hour - hour % ${dayMs}, key_id, model, provider, project_id, ${sums.map((name) => `sum(${name})`).join(', ')}
  from usage_hours group by hour - hour % ${dayMs}, key_id, model, provider, project_id`,
    `create index usage_days_key on usage_days (key_id, day)`,
    `create table usage_errors ${errorCounts('hour')}`,
    `insert into usage_errors (hour, key_id, model, provider, project_id, code, requests)
  select started_at - started_at % 3600000, key_id, model, provider, project_id, error, count(*)
  from requests where state <> 'held' and error is not null
  group by started_at - started_at % 3600000, key_id, model, provider, project_id, error`,
    `create table usage_error_days ${errorCounts('day')}`,
    `insert into usage_error_days (day, key_id, model, provider, project_id, code, requests)
  select hour - hour % ${dayMs}, key_id, model, provider, project_id, code, sum(requests)
  from usage_errors group by hour - hour % ${dayMs}, key_id, model, provider, project_id, code`,
  ],
};
