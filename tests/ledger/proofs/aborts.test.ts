// Clients that leave at random points, short form: `npm run proof` lets more of them go.
import { expect, test } from 'vitest';
import { noPostgres } from '../../support/postgres.ts';
import { aborts } from './aborts.ts';

const seed = Date.now() % 1_000_000;

test.each(['SQLite', 'PostgreSQL'] as const)(
  `%s: charges what was delivered, to the token (seed ${seed})`,
  {
    timeout: 240_000,
  },
  async (database) => {
    if (database === 'PostgreSQL' && noPostgres) return;
    const figures = await aborts({ database, clients: 32, seed });
    expect(figures.beforeFirstToken + figures.midStream + figures.afterLastByte + figures.wholeAnswers).toBe(
      64,
    );
    expect(figures.midStream).toBeGreaterThan(32);
  },
);
