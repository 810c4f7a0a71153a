import { describe, expect, it } from 'vitest';
import { createRowTable } from './open-rows.ts';

const row = (startedAt: number) => ({
  payers: { organization: 'o', project: 'p', key: 'k', end_user: undefined, model: 'm' },
  startedAt,
  cost: 1n,
  tokens: 1,
});

describe('rows by id', () => {
  it.each([
    ['by the end of the id', undefined],
    ['where all ids have the same number', () => 7],
    ['where two ids do', (id: string) => Number(id.slice(4)) >> 1],
  ])('are as in a Map, %s', (_, hashOf) => {
    const table = createRowTable(hashOf);
    const expected = new Map<string, ReturnType<typeof row>>();
    // A walk over 16 ids that adds, replaces and takes away, in an order of its own.
    let seed = 1;
    for (let step = 0; step < 400; step++) {
      seed = (seed * 48_271) % 0x7fff_ffff;
      const id = `req_${seed % 16}`;
      if (seed % 3 === 0) {
        table.delete(id);
        expected.delete(id);
      } else {
        table.set(id, row(step));
        expected.set(id, row(step));
      }
      for (let each = 0; each < 16; each++) {
        expect(table.get(`req_${each}`)).toEqual(expected.get(`req_${each}`));
      }
    }
    expect(expected.size).toBeGreaterThan(3);
  });
});
