// Clocks that jump and prices that change under requests in flight, short form of `npm run proof`.
import { expect, test } from 'vitest';
import { noPostgres } from '../../support/postgres.ts';
import { clocks } from './clocks.ts';

const seed = Date.now() % 1_000_000;

test.each(['SQLite', 'PostgreSQL'] as const)(
  `%s: every hour keeps to its amount (seed ${seed})`,
  {
    timeout: 240_000,
  },
  async (database) => {
    if (database === 'PostgreSQL' && noPostgres) return;
    const figures = await clocks({ database, jumps: 30, seed });
    expect(figures.windows).toBeGreaterThan(5);
    expect(figures.backwards).toBeGreaterThan(0);
    expect(figures.admitted).toBeGreaterThan(30);
    expect(figures.refused).toBeGreaterThan(0);
  },
);
