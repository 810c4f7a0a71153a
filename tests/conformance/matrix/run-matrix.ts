// Runs the thirteen cells of the matrix with one client: asks, and compares what reached the upstream, what the client
// saw and what the ledger says with what the play says of it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../../support/scripted-upstream.ts';
import { answerCells } from './answers.ts';
import { type CellName, cellNames, type Difference, type Differences, type Play } from './cells.ts';
import type { Client, Entrance, Seen } from './client.ts';
import { failureCells } from './failures.ts';
import { formatCells } from './formats.ts';
import { toolCells } from './tools.ts';
import { startWorld, type World } from './world.ts';

export const cells: Readonly<Record<CellName, readonly Play[]>> = {
  ...answerCells,
  ...toolCells,
  ...formatCells,
  ...failureCells,
};

/** `start` gives the client, or why it is not to be had on this machine: then its cells are skipped and say so. */
export function runMatrix(
  name: string,
  start: (entrance: Entrance) => Promise<Client | { readonly missing: string }>,
  differences: Differences,
): void {
  let world: World;
  let client: Client | { readonly missing: string };

  beforeAll(async () => {
    world = await startWorld();
    client = await start({ url: `${world.gateway.url}/v1`, key: world.gateway.key });
  });
  afterAll(async () => {
    if (client && !('missing' in client)) await client[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  });

  for (const cell of cellNames) {
    const difference = differences[cell];
    const remark = difference.notOffered ? ` (not offered: ${difference.notOffered})` : '';
    test(`${name} / ${cell}${remark}`, { timeout: 120_000 }, async (context) => {
      if ('missing' in client) return context.skip(client.missing);
      expect(cells[cell].length).toBeGreaterThan(0);
      for (const play of cells[cell]) {
        const adapted = adapt(adapt(play, differences.everywhere ?? {}), difference);
        await check(adapted, client, world);
      }
    });
  }
}

function adapt(play: Play, { ask, sent, seen, rows }: Difference): Play {
  return {
    ...play,
    ...(ask ? { ask: ask(play.ask, play) } : {}),
    ...(sent ? { sent: play.sent.map((body, at) => sent(body, at, play)) } : {}),
    ...(seen ? { seen: seen(play.seen, play) } : {}),
    ...(rows ? { rows: play.rows.map((row) => rows(row, play)) } : {}),
  };
}

/** Soft expectations: one run shows every play that fails. */
async function check(play: Play, client: Client, { upstream, gateway }: World): Promise<void> {
  const before = upstream.requests.length;
  const scripts = [...play.scripts];
  upstream.always((answer) => (scripts.shift() ?? unforeseen)(answer));
  const controller = new AbortController();
  const arrived = upstream.arrival(before + 1);
  const answer = client.ways[play.way]({
    ...play.ask,
    ...(play.leaves === 'on arrival' ? { signal: controller.signal } : {}),
    ...(play.leaves === 'after three pieces' ? { leaveAfter: 3 } : {}),
  });
  if (play.leaves) await Promise.race([arrived, answer]);
  if (play.leaves === 'on arrival') controller.abort();
  const seen = await answer;
  const sent = upstream.requests.slice(before);
  const which = `${play.way}: ${play.name}`;
  expect.soft({ [which]: seen }).toEqual({ [which]: play.seen });
  expect.soft({ [which]: sent.map(({ body }) => body) }).toEqual({ [which]: play.sent });
  if (play.leaves) expect.soft(await sent[0]?.closed, `${which}: the upstream notices`).toBe('aborted');
  for (const { headers } of sent) {
    expect.soft(headers.authorization).toMatch(/^Bearer sk-upstream-/);
    expect.soft(JSON.stringify(headers)).not.toContain(gateway.key);
  }
  const rows = (await gateway.ledger()).slice(0, play.rows.length).reverse();
  expect.soft({ [which]: rows }).toMatchObject({ [which]: play.rows });
  const requestId = requestIdOf(seen);
  if (requestId && play.rows.length > 0)
    expect
      .soft(
        rows.map(({ id }) => id),
        which,
      )
      .toContain(requestId);
}

const unforeseen = refusal(400, { message: 'the play has no answer to this request' });

function requestIdOf({ requestId, error }: Seen): string | undefined {
  return requestId ?? error?.requestId;
}
