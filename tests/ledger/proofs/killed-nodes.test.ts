// Gateways killed with SIGKILL under load, short form: `npm run proof` does it a hundred times.
import { expect, test } from 'vitest';
import { noPostgres } from '../../support/postgres.ts';
import { killedNodes } from './killed-nodes.ts';

const seed = Date.now() % 1_000_000;
const usual = { clients: 24, patient: 0, seed };

test(`SQLite: no request is lost or doubled (seed ${seed})`, { timeout: 240_000 }, async () => {
  const figures = await killedNodes({ ...usual, database: 'SQLite', rounds: 4 });
  expect(figures).toMatchObject({ kills: 4 });
  expect(figures.accepted).toBeGreaterThanOrEqual(80);
  expect(figures.recovered).toBeGreaterThan(0);
});

test.skipIf(noPostgres)(
  `PostgreSQL, three nodes, the database killed too (seed ${seed})`,
  { timeout: 240_000 },
  async () => {
    const figures = await killedNodes({
      ...usual,
      database: 'PostgreSQL',
      rounds: 3,
      databaseEvery: 2,
    });
    expect(figures).toMatchObject({ kills: 2, databaseKills: 1 });
    expect(figures.accepted).toBeGreaterThanOrEqual(60);
  },
);
