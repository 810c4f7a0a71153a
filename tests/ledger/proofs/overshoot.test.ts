// 500 clients on limits that pay for 37: 37 are admitted, never more, on one gateway and on three.
import { afterAll, describe, expect, test } from 'vitest';
import { noPostgres } from '../../support/postgres.ts';
import { type Crowd, overshoot } from './overshoot.ts';
import { retrying } from './retrying.ts';
import { openSite, type Site } from './site.ts';

const crowd = { clients: 500, fits: 37 };
const shapes: readonly Crowd[] = [
  { ...crowd, metric: 'cost' },
  { ...crowd, metric: 'cost', flexible: true },
  { ...crowd, metric: 'tokens', stream: true },
  { ...crowd, metric: 'requests' },
  { ...crowd, metric: 'concurrent' },
];

describe.each([
  { database: 'SQLite', nodes: 1 },
  { database: 'PostgreSQL', nodes: 3 },
] as const)('$database, $nodes node(s)', (kind) => {
  let site: Promise<Site> | undefined;
  afterAll(async () => (await site)?.[Symbol.asyncDispose]());

  test.skipIf(kind.database === 'PostgreSQL' && noPostgres)(
    'admit exactly what fits',
    { timeout: 240_000 },
    async () => {
      site ??= openSite(kind);
      for (const shape of shapes) {
        const figures = await overshoot(await site, shape);
        expect(figures).toMatchObject({ admitted: 37, refused: 463, overshoot: 1 });
        expect(figures.api).toBeGreaterThanOrEqual(60);
        expect(figures.database).toBeGreaterThanOrEqual(50);
      }
      await (await site).verify();
    },
  );

  test.skipIf(kind.database === 'PostgreSQL' && noPostgres)(
    'serve clients that come again until nothing fits any more',
    { timeout: 240_000 },
    async () => {
      site ??= openSite(kind);
      const spent = await retrying(await site, { ...crowd, metric: 'cost', slow: true });
      expect(spent.overshoot).toBeLessThanOrEqual(1);
      expect(spent.served).toBeGreaterThan(37);
      expect(spent.refusals).toBeGreaterThan(0);
      const queued = await retrying(await site, { ...crowd, metric: 'concurrent', slow: true });
      expect(queued.served).toBe(500);
      expect(queued.mostAtOnce).toBeGreaterThan(5);
      expect(queued.mostAtOnce).toBeLessThanOrEqual(37);
      await (await site).verify();
    },
  );
});
