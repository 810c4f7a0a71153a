// How long the console waits for its pages over a full ledger, through the admin API of a gateway as users start it.
import { start } from './spawn.ts';
import { type Spread, spread } from './statistics.ts';

export interface PageFigures {
  readonly usageByModel: Spread;
  readonly firstPage: Spread;
  readonly firstPageOfKey: Spread;
}

const adminToken = 'bench-admin-token-0123456789abcdef';
const warmUp = 3;

/** Ms for each answer to have arrived whole. */
export async function measurePages(
  dataFolder: string,
  databaseUrl: string | undefined,
  rounds: number,
): Promise<PageFigures> {
  await using gateway = await start({
    args: ['src/main.ts', 'serve'],
    place: 'anywhere',
    environment: {
      TOLLGATE_PORT: '0',
      TOLLGATE_DATA: dataFolder,
      TOLLGATE_ADMIN_TOKEN: adminToken,
      TOLLGATE_LOCAL_MODEL: 'off',
      ...(databaseUrl === undefined ? {} : { TOLLGATE_DATABASE_URL: databaseUrl }),
    },
    until: /listens on (http:\S+)/,
  });
  async function ask(path: string, least: number): Promise<Spread> {
    const times: number[] = [];
    for (let round = 0; round < rounds + warmUp; round++) {
      const before = performance.now();
      const answer = await fetch(`${gateway.found}/admin/v1${path}`, {
        headers: { authorization: `Bearer ${adminToken}` },
      });
      const body = (await answer.json()) as { data?: unknown[] };
      if (!answer.ok || (body.data?.length ?? 0) < least) {
        throw new Error(`${path}: ${answer.status} ${JSON.stringify(body).slice(0, 500)}`);
      }
      if (round >= warmUp) times.push(performance.now() - before);
    }
    return spread(times);
  }
  const from = new Date(Date.now() - 30 * 86_400_000).toISOString();
  return {
    usageByModel: await ask(`/usage?group_by=model&from=${from}`, 5),
    firstPage: await ask('/requests?limit=50', 50),
    firstPageOfKey: await ask('/requests?limit=50&key=key_fill3', 50),
  };
}
