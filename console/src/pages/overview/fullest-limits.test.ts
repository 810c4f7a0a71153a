import { expect, it } from 'vitest';
import type { Key, Limit } from '../../api/contract.ts';
import { fullestLimits } from './fullest-limits.ts';

const limit = (id: string, settled: string | null, amount: string, changes: Partial<Limit> = {}) =>
  ({
    id,
    scope: { project: 'proj_1' },
    scope_names: { project: 'Shop' },
    metric: 'cost',
    window: 'month',
    amount,
    settled,
    held: settled === null ? null : '0',
    window_end: '2026-12-01T00:00:00.000Z',
    ...changes,
  }) as Limit;
const key = (id: string, name: string, of: Limit) =>
  ({ id, name, limit: { ...of, resets_at: of.window_end } }) as unknown as Key;

it('puts the fullest first, of limits and of keys that have a counter each', () => {
  const each = limit('lim_each', null, '10', { scope: { key: '*' } });
  const rows = fullestLimits(
    [limit('lim_1', '2', '4'), limit('lim_2', '9', '10'), each],
    [key('key_1', 'web', { ...each, settled: '7', held: '0.5' })],
    3,
  );
  expect(rows.map(({ whose }) => whose)).toEqual(['Project “Shop”', 'Key “web”', 'Project “Shop”']);
  expect(rows.map(({ words }) => words)).toEqual([
    '$9.00 of $10.00 a month',
    '$7.00 of $10.00 a month',
    '$2.00 of $4.00 a month',
  ]);
});

it('names a limit once, and none that nothing was used of', () => {
  const own = limit('lim_own', '3', '4', { scope: { key: 'key_1' }, scope_names: { key: 'web' } });
  const rows = fullestLimits([own, limit('lim_idle', '0', '4')], [key('key_1', 'web', own)], 5);
  expect(rows).toHaveLength(1);
});
