// Prices by version, what a request used beyond the five common classes, sums per hour of older rows, and how far back the
// ledger's rows go.
import { latencySteps } from '../../core/usage-hours.ts';
import type { Migration } from './migration.ts';

const histograms = ['duration', 'first_token'].flatMap((name) =>
  [...latencySteps, undefined].map((bound, step) => {
    const above = step === 0 ? undefined : latencySteps[step - 1];
    const within = [
      ...(above === undefined ? [] : [`${name}_ms > ${above}`]),
      ...(bound === undefined ? [] : [`${name}_ms <= ${bound}`]),
    ].join(' and ');
    return {
      column: `${name}_${step}`,
      count: `count(case when ${within} then 1 end)`,
    };
  }),
);

const tokens = (column: string) => `coalesce(sum(${column}), 0)`;

export const prices: Migration = {
  version: 4,
  name: 'prices',
  statements: [
    // A version never changes its terms, so a row of the ledger can be recomputed for ever.
    `create table prices (
  version {id} primary key,
  model text not null,
  terms text not null,
  source text not null,
  valid_from {int64} not null,
  created_at {int64} not null,
  withdrawn_at {int64}
){keyed}`,
    `create index prices_of_model on prices (model, valid_from) where source = 'admin'`,
    `insert into generations (name, value) values ('prices', 1)`,
    // JSON of the rarer members of a usage: audio, images, caches of an hour, the service; null = none.
    `alter table requests add column usage_details text`,
    // Releases before budgets held money only; what they charged in tokens is what was used.
    `update requests set hold_tokens = coalesce(input_tokens, 0) + coalesce(output_tokens, 0)
  where state <> 'held' and hold_tokens = 0`,
    `insert into usage_hours (hour, key_id, model, provider, project_id, requests, errors, partials, input_tokens, output_tokens, cached_input_tokens, cache_write_tokens, reasoning_tokens, charged_tokens, cost_nanousd, ${histograms.map(({ column }) => column).join(', ')}, last_started_at)
  select started_at - started_at % 3600000, key_id, model, provider, project_id,
    count(case when state = 'settled' then 1 end),
    count(error),
    coalesce(sum(partial), 0),
    ${tokens('input_tokens')}, ${tokens('output_tokens')}, ${tokens('cached_input_tokens')}, ${tokens('cache_write_tokens')}, ${tokens('reasoning_tokens')},
    ${tokens('input_tokens')} + ${tokens('output_tokens')},
    ${tokens('cost_nanousd')},
    ${histograms.map(({ count }) => count).join(',\n    ')},
    max(started_at)
  from requests where state <> 'held'
  group by started_at - started_at % 3600000, key_id, model, provider, project_id`,
    // Rows of before `horizon` (Unix ms, a whole hour) may have been deleted; their sums per hour stay.
    `create table ledger_state (
  id {int64} primary key check (id = 1),
  horizon {int64} not null
){plain}`,
    `insert into ledger_state (id, horizon) values (1, 0)`,
  ],
};
