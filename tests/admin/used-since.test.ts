// What keys and projects used since a moment, and in windows of limits: days and the hours at their edges add up to the hours,
// wherever the stretch begins.
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../../src/core/usage-hours.ts';
import { databases, stopPostgresAfterAll } from '../ledger/databases.ts';
import { keyId } from '../ledger/fixtures.ts';

stopPostgresAfterAll();

const monday = Date.UTC(2026, 10, 16);
/** Hours from Monday on, with a request of 2^n nano-USD each, so that every sum says which hours are in it. */
const hours = [-1, 0, 5, 23, 24, 47, 48, 71, 72, 95, 100];

describe.each(databases)('on $name', ({ create, missing }) => {
  it.skipIf(missing !== undefined)('every stretch has its hours, each once', async () => {
    const database = await create();
    const { store } = await database.open();
    const { accountReader, limitReader } = store.admin;
    const project = await accountReader.project('default');
    const payer = `'${keyId}', 'm', 'p', '${project?.id}'`;
    const columns =
      'key_id, model, provider, project_id, requests, errors, partials, input_tokens, output_tokens, cached_input_tokens, cache_write_tokens, reasoning_tokens, charged_tokens, cost_nanousd';
    for (const [index, hour] of hours.entries()) {
      const at = monday + hour * hourMs;
      await database.sql(
        `insert into usage_hours (hour, ${columns}, last_started_at) values (${at}, ${payer}, 1, 0, 0, 0, 0, 0, 0, 0, ${index}, ${2 ** index}, ${at})`,
      );
    }
    await database.sql(
      `insert into usage_days (day, ${columns}) select hour - hour % ${dayMs}, key_id, model, provider, project_id, sum(requests), 0, 0, 0, 0, 0, 0, 0, sum(charged_tokens), sum(cost_nanousd) from usage_hours group by 1, 2, 3, 4, 5`,
    );
    const sumOf = (from: number, to: number) =>
      hours.reduce((sum, hour, index) => (hour >= from && hour < to ? sum + 2n ** BigInt(index) : sum), 0n);

    for (const from of [-24, -1, 0, 1, 23, 24, 30, 72, 96, 100, 101]) {
      const since = monday + from * hourMs;
      const activity = await accountReader.activity([keyId], since);
      expect([from, activity.get(keyId)?.spent]).toEqual([from, sumOf(from, 1000)]);
      const figures = await accountReader.projectFigures([project?.id ?? ''], since);
      expect([from, figures.get(project?.id ?? '')?.spent]).toEqual([from, sumOf(from, 1000)]);
      for (const to of [from + 1, from + 24, from + 60, 120]) {
        const span = { start: since, end: monday + to * hourMs };
        const limit = { id: 'lim_1', window: 'week', amount: 5n, timeZone: 'UTC', source: 'admin' } as const;
        const [cost, requests, all] = await limitReader.countersOf([
          { limit: { ...limit, scope: { key: keyId }, metric: 'cost' }, subject: '', span },
          { limit: { ...limit, id: 'lim_2', scope: { key: '*' }, metric: 'requests' }, subject: keyId, span },
          {
            limit: { ...limit, id: 'lim_3', scope: { project: project?.id ?? '' }, metric: 'cost' },
            subject: '',
            span,
          },
        ]);
        expect([from, to, cost?.settled, all?.settled]).toEqual([from, to, sumOf(from, to), sumOf(from, to)]);
        expect(requests?.settled).toBe(BigInt(hours.filter((hour) => hour >= from && hour < to).length));
      }
    }
    const lifetime = { start: 0, end: Number.POSITIVE_INFINITY };
    const limit = {
      id: 'lim_4',
      scope: { key: keyId },
      metric: 'tokens',
      window: 'lifetime',
      amount: 5n,
    } as const;
    expect(
      await limitReader.counter({ ...limit, timeZone: 'UTC', source: 'admin' }, '', lifetime),
    ).toMatchObject({ settled: 55n, held: 0n });
  });
});
