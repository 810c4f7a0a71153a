// A gateway killed with SIGKILL at any moment loses nothing it acknowledged and doubles nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { LedgerRow, Store } from '../../src/core/store.ts';
import { openSqliteToolStore } from '../../src/store/sqlite/open.ts';
import { addTestKey, openGatewayStore, temporaryFolder } from './fixtures.ts';

const rounds = 8;

interface Acknowledged {
  readonly held: Set<string>;
  readonly settled: Map<string, bigint>;
}

/** Runs the child until it has settled a little, kills it some ms later, and notes what it had acknowledged. */
async function runAndKill(folder: string, round: number, known: Acknowledged): Promise<void> {
  const child = spawn(process.execPath, [
    new URL('./busy-gateway.ts', import.meta.url).pathname,
    folder,
    `r${round}`,
  ]);
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = once(child, 'close');
  let settled = 0;
  for await (const line of createInterface(child.stdout)) {
    const [kind, id = '', cost = '0'] = line.split(' ');
    if (kind === 'h') known.held.add(id);
    if (kind === 's') known.settled.set(id, BigInt(cost));
    if (kind === 's' && ++settled === 50) void delay(Math.random() * 60).then(() => child.kill('SIGKILL'));
  }
  const [, signal] = await ended;
  expect({ signal, errors }).toEqual({ signal: 'SIGKILL', errors: '' });
}

async function allRows(store: Store): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.ledgerReader.rows({ limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return rows;
}

it('keeps every acknowledged row exactly once across kill -9, and leaves none held', {
  timeout: 120_000,
}, async () => {
  const folder = temporaryFolder();
  {
    await using tool = await openSqliteToolStore({ folder, clock: systemClock });
    await addTestKey(tool);
  }
  const known: Acknowledged = { held: new Set(), settled: new Map() };
  for (let round = 0; round < rounds; round++) await runAndKill(folder, round, known);

  const { store } = await openGatewayStore(folder);
  expect(store.epoch).toBe(rounds + 1);
  expect(await store.integrity()).toEqual([]);
  const rows = await allRows(store);
  const byId = new Map(rows.map((row) => [row.id, row]));
  expect(byId.size).toBe(rows.length);
  expect(known.settled.size).toBeGreaterThan(rounds * 50);
  expect([...known.held].filter((id) => !byId.has(id))).toEqual([]);
  expect(rows.filter((row) => row.state === 'held')).toEqual([]);
  for (const [id, cost] of known.settled) {
    expect(byId.get(id)).toMatchObject({ state: 'settled', cost, recovered: false });
  }
  // What was not acknowledged as settled is either what its settle said (the answer got lost) or recovered at 0.
  for (const row of rows.filter(({ id }) => !known.settled.has(id))) {
    expect(row.state).toBe('settled');
    if (row.recovered) expect(row).toMatchObject({ cost: 0n });
  }
});
