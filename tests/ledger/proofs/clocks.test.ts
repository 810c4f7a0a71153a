// Clocks that jump and prices that change under requests in flight, short form of `npm run proof`.
import { expect, test } from 'vitest';
import { noPostgres } from '../../support/postgres.ts';
import { clocks } from './clocks.ts';

const seed = Date.now() % 1_000_000;

for (const database of ['SQLite', 'PostgreSQL'] as const) {
  test.skipIf(database === 'PostgreSQL' && noPostgres)(
    `${database}: every hour keeps to its amount (seed ${seed})`,
    { timeout: 240_000 },
    async () => {
      const figures = await clocks({ database, jumps: 14, seed });
      expect(figures.windows).toBeGreaterThan(3);
      expect(figures.backwards).toBeGreaterThan(0);
      expect(figures.admitted).toBeGreaterThan(14);
      expect(figures.refused).toBeGreaterThan(0);
    },
  );
}
