// kill -9 of gateways, and of PostgreSQL itself, at random moments under load: every request that the upstream accepted has
// exactly one row, nothing was dispatched twice, and every counter is the sum of its rows.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type BookRow, untilSettled } from './books.ts';
import { createClient } from './client.ts';
import { type Load, type Seen, startLoad } from './load.ts';
import { createRandom, type Random } from './random.ts';
import { type DatabaseName, inputPrice, openSite, outputPrice, type Site } from './site.ts';
import type { Accepted } from './upstream-terms.ts';

export interface KillOptions {
  readonly database: DatabaseName;
  readonly rounds: number;
  readonly clients: number;
  /** Of these, how many read long streams, of which the ledger has checkpoints. */
  readonly patient: number;
  readonly seed: number;
  /** PostgreSQL: every so many rounds the database is killed; every so many a node stays dead until others took over. */
  readonly databaseEvery?: number;
  readonly silentEvery?: number;
}

export interface KillFigures {
  readonly kills: number;
  readonly databaseKills: number;
  readonly requests: number;
  readonly accepted: number;
  readonly rows: number;
  /** Closed by a start after the crash, or by other nodes. */
  readonly recovered: number;
  /** Of these, charged by a checkpoint. */
  readonly atCheckpoint: number;
  /** Rows whose request never reached the upstream; all of them cost nothing. */
  readonly neverDispatched: number;
  /** Answered whole, but the crash came before the row was settled: charged less than they used, or nothing. */
  readonly answeredUnsettled: number;
  readonly refused: number;
  /** Seconds until other nodes had closed the rows of a dead one, at their longest. */
  readonly takenOverSeconds: number | undefined;
}

export async function killedNodes(options: KillOptions): Promise<KillFigures> {
  const { database, rounds, clients, patient, seed } = options;
  const random = createRandom(seed);
  await using site = await openSite({ database, nodes: database === 'PostgreSQL' ? 3 : 1 });
  const { id: keyId, key } = await site.newKey('load');
  await site.newLimit({ scope: { key: keyId }, metric: 'cost', window: 'lifetime', amount: 1_000 });
  await site.newLimit({ scope: { key: keyId }, metric: 'tokens', window: 'day', amount: 1_000_000_000 });
  await site.newLimit({
    scope: { project: 'default' },
    metric: 'requests',
    window: 'month',
    amount: 1_000_000,
  });
  await site.newLimit({ scope: { key: '*' }, metric: 'concurrent', amount: 1_000 });
  await site.newLimit({
    scope: { organization: 'default' },
    metric: 'requests',
    window: 'minute',
    amount: 1_000_000,
  });
  using client = createClient(key);
  const load = startLoad(site, client, { clients, patient, random });
  const counts = { kills: 0, databaseKills: 0, takenOverSeconds: undefined as number | undefined };
  for (let round = 1; round <= rounds; round++) {
    await load.answered(20);
    await delay(random.below(200));
    if (site.server && isEvery(round, options.databaseEvery)) {
      counts.databaseKills++;
      await killDatabase(site, random);
      continue;
    }
    counts.kills++;
    const node = random.below(site.nodes.length);
    await site.nodes[node]?.kill();
    if (isEvery(round, options.silentEvery)) {
      const seconds = await untilTakenOver(site);
      counts.takenOverSeconds = Math.max(seconds, counts.takenOverSeconds ?? 0);
    }
    await site.nodes[node]?.start();
  }
  await settled(site, load);
  const { accepted } = await site.upstream.report();
  const rows = await site.books.rows();
  const figures = compare(accepted, rows, load.seen);
  // Once beside the gateways, once when all have ended and started anew.
  assert.equal((await site.verify()).rows, rows.length);
  for (const each of site.nodes) await each.stop();
  for (const each of site.nodes) await each.start();
  assert.equal((await site.verify()).rows, rows.length);
  return { ...counts, ...figures };
}

const isEvery = (round: number, every: number | undefined) => every !== undefined && round % every === 0;

async function killDatabase(site: Site, random: Random): Promise<void> {
  await site.server?.kill();
  await delay(200 + random.below(800));
  await site.server?.start();
}

/** The rows of the dead node are those of the epoch that nobody beats for any more: until none is held of an old epoch. */
async function untilTakenOver(site: Site): Promise<number> {
  const orphans = (await site.books.rows()).filter(({ state }) => state === 'held').map(({ id }) => id);
  const since = performance.now();
  for (;;) {
    const held = new Set(
      (await site.books.rows()).filter(({ state }) => state === 'held').map(({ id }) => id),
    );
    if (!orphans.some((id) => held.has(id))) return (performance.now() - since) / 1000;
    assert.ok(performance.now() - since < 90_000, 'nobody closed the rows of a dead node');
    await delay(100);
  }
}

async function settled(site: Site, load: Load): Promise<void> {
  await load.stop();
  try {
    await untilSettled(site.books, 60_000);
  } catch (error) {
    const held = (await site.books.rows()).filter(({ state }) => state === 'held').map(told);
    const words = site.nodes.map((node, index) => `--- node ${index}\n${node.words()}`);
    throw new Error([(error as Error).message, JSON.stringify(held), ...words].join('\n'), { cause: error });
  }
}

function compare(accepted: readonly Accepted[], rows: readonly BookRow[], seen: readonly Seen[]) {
  const byNonce = new Map(accepted.map((record) => [record.nonce, record]));
  assert.equal(byNonce.size, accepted.length, 'a request was dispatched twice');
  const rowOf = new Map(rows.map((row) => [row.nonce, row]));
  assert.equal(rowOf.size, rows.length, 'a request has two rows');
  const lost = accepted.filter(({ nonce }) => !rowOf.has(nonce));
  assert.deepEqual(lost, [], 'accepted upstream, and not in the ledger');

  const neverDispatched = rows.filter(({ nonce }) => !byNonce.has(nonce));
  for (const row of neverDispatched) {
    assert.ok(
      row.recovered || row.state === 'released',
      `never dispatched, and yet ${JSON.stringify(told(row))}`,
    );
    assert.equal(row.cost, 0n);
  }
  const recovered = rows.filter((row) => row.recovered);
  for (const row of recovered) {
    // A checkpoint knows no more than the upstream had written by then; a token is at least a byte.
    const most = BigInt(row.input) * inputPrice + BigInt(row.output) * outputPrice;
    assert.equal(row.cost, most, JSON.stringify(told(row)));
    const written = byNonce.get(row.nonce)?.pieces.length ?? 0;
    assert.ok(row.output <= written * 30, JSON.stringify(told(row)));
  }
  let answeredUnsettled = 0;
  for (const { nonce, answer } of seen) {
    const row = rowOf.get(nonce);
    if (answer.status === 200) assert.ok(row, `${nonce} was answered and is not in the ledger`);
    if (!answer.complete || !row) continue;
    if (row.recovered) answeredUnsettled++;
    else assert.deepEqual([row.state, row.partial, row.error], ['settled', false, null], nonce);
  }
  for (const row of rows) assert.ok(row.state !== 'held' && row.cost <= row.hold, JSON.stringify(told(row)));
  return {
    requests: seen.length,
    accepted: accepted.length,
    rows: rows.length,
    recovered: recovered.length,
    atCheckpoint: recovered.filter(({ cost }) => cost > 0n).length,
    neverDispatched: neverDispatched.length,
    answeredUnsettled,
    refused: seen.filter(({ answer }) => answer.status >= 400).length,
  };
}

const told = (row: BookRow) => ({
  ...row,
  hold: String(row.hold),
  cost: String(row.cost),
  uncharged: String(row.uncharged),
});
