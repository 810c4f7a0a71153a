// Clients that leave at random points, short form: `npm run proof` lets more of them go.
import { expect, test } from 'vitest';
import { noPostgres } from '../../support/postgres.ts';
import { aborts } from './aborts.ts';

const seed = Date.now() % 1_000_000;

for (const database of ['SQLite', 'PostgreSQL'] as const) {
  test.skipIf(database === 'PostgreSQL' && noPostgres)(
    `${database}: charges what was delivered, to the token (seed ${seed})`,
    { timeout: 240_000 },
    async () => {
      const { beforeFirstToken, midStream, afterLastByte, wholeAnswers, writtenAfter } = await aborts({
        database,
        clients: 24,
        seed,
      });
      expect(beforeFirstToken + midStream + afterLastByte + wholeAnswers).toBe(48);
      expect(midStream).toBeGreaterThan(24);
      expect(writtenAfter.lockstep).toBe(0);
    },
  );
}
