import { expect, it } from 'vitest';
import { dayAfter, queryOf, readState } from './usage-state.ts';

it('asks for cost by model and day where the address says nothing', () => {
  expect(queryOf(readState({}))).toMatchObject({
    range: '30d',
    group_by: 'day,model',
    top: 7,
    order_by: 'cost',
    percentiles: 'false',
  });
});

it.each([
  [{ range: '24h' }, 'hour,model'],
  [{ range: '12m' }, 'week,model'],
  [{ range: '12m', bucket: 'month' }, 'month,model'],
  [{ range: '24h', bucket: 'month' }, 'hour,model'],
  [{ metric: 'tokens' }, 'day'],
  [{ metric: 'errors' }, 'day,error'],
  [{ metric: 'first_token' }, 'day'],
  [{ metric: 'first_token', by: 'end_user' }, 'day'],
  [{ model: 'gpt-5.1' }, 'day,key'],
  [{ end_user: 'ada', by: 'model' }, 'day'],
  [{ from: '2026-11-21', to: '2026-11-21' }, 'hour,model'],
  [{ from: '2020-01-01', to: '2026-11-21' }, 'week,model'],
  [{ metric: 'nonsense', range: 'nonsense', by: 'nonsense' }, 'day,model'],
] as const)('%j is grouped by %s', (search, groups) => {
  expect(queryOf(readState(search)).group_by).toBe(groups);
});

it('means days up to and with the last one', () => {
  expect(queryOf(readState({ from: '2026-10-31', to: '2026-11-01' }))).toMatchObject({
    from: '2026-10-31',
    to: '2026-11-02',
  });
  expect(dayAfter('2026-12-31')).toBe('2027-01-01');
});
