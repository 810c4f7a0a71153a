// What is shown of a change is what differs, and no more.
import { expect, it } from 'vitest';
import { differences } from './differences.ts';

it('names what was, what is, and leaves out what stayed', () => {
  expect(
    differences(
      { name: 'a', models: ['x', 'y'], options: { strict: true }, gone: 1 },
      { name: 'a', models: ['x'], options: { strict: true, most: 5 }, fresh: null },
    ),
  ).toEqual([
    { path: 'models', before: 'x, y', after: 'x' },
    { path: 'gone', before: '1' },
    { path: 'options.most', after: '5' },
    { path: 'fresh', after: 'null' },
  ]);
});

it('shows all of what was made or is gone', () => {
  expect(differences(null, { id: 'k', amount: '5' })).toEqual([
    { path: 'id', after: 'k' },
    { path: 'amount', after: '5' },
  ]);
  expect(differences({ id: 'k' }, null)).toEqual([{ path: 'id', before: 'k' }]);
  expect(differences(null, null)).toEqual([]);
});
