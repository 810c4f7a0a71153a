import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, vi } from 'vitest';
import {
  addTestKey,
  holdEntry,
  openGatewayStore,
  settlement,
  temporaryFolder,
  worth,
} from '../../../tests/ledger/fixtures.ts';
import { systemClock } from '../../core/clock.ts';
import { openSqliteGatewayStore } from './open.ts';

describe('hold and settle', () => {
  it('keep every field, with money beyond what a double can hold', async () => {
    const { store } = await openGatewayStore(temporaryFolder());
    const hold = 2n ** 62n + 1n;
    await store.ledgerWriter.hold(holdEntry('a', { worst: worth(hold), stream: true }));
    expect(await store.ledgerReader.row('a')).toEqual({
      id: 'a',
      state: 'held',
      keyId: 'key_test',
      projectId: 'proj_test',
      model: 'gpt-5.1',
      provider: 'openai',
      upstreamModel: 'gpt-5.1-2025-11-13',
      priceVersion: 'test-1',
      hold,
      stream: true,
      partial: false,
      recovered: false,
      startedAt: 1_700_000_000_000,
      nodeEpoch: 1,
    });
    const attempts = [
      { provider: 'openai', upstreamModel: 'gpt-5.1', status: 500, error: 'upstream_error', durationMs: 3 },
      { provider: 'local', upstreamModel: 'tiny', status: 200, durationMs: 4 },
    ];
    const usage = { input: 10, output: 20, cachedInput: 4, cacheWrite: 2, reasoning: 8 };
    await store.ledgerWriter.settle(
      settlement('a', {
        provider: 'local',
        upstreamModel: 'tiny',
        usage,
        attempts,
        cost: hold,
        partial: true,
        error: 'client_aborted',
      }),
    );
    expect(await store.ledgerReader.row('a')).toMatchObject({
      state: 'settled',
      provider: 'local',
      upstreamModel: 'tiny',
      usage,
      usageSource: 'reported',
      attempts,
      cost: hold,
      partial: true,
      error: 'client_aborted',
      firstTokenMs: 2,
      durationMs: 5,
    });
  });

  it('leave unknown usage absent, and make no JSON of one good attempt', async () => {
    const { store } = await openGatewayStore(temporaryFolder());
    await store.ledgerWriter.hold(holdEntry('a'));
    await store.ledgerWriter.settle(
      settlement('a', { state: 'released', usage: undefined, usageSource: undefined, cost: 0n }),
    );
    const row = await store.ledgerReader.row('a');
    expect(row).toMatchObject({ state: 'released', cost: 0n });
    expect(Object.keys(row ?? {})).not.toEqual(expect.arrayContaining(['usage']));
    expect(row?.attempts).toBe(undefined);
  });

  it('write a request whose counts are odd, rather than losing it', async () => {
    const { store, problems } = await openGatewayStore(temporaryFolder());
    await store.ledgerWriter.hold(holdEntry('a'));
    await store.ledgerWriter.settle(
      settlement('a', {
        usage: { input: Number.NaN, output: 2.4 },
        durationMs: 1.5,
        firstTokenMs: Number.POSITIVE_INFINITY,
      }),
    );
    expect(await store.ledgerReader.row('a')).toMatchObject({ state: 'settled', cost: 300n, durationMs: 2 });
    expect(problems).toEqual([]);
  });

  it('refuse a second hold of the same id, and leave the first as it is', async () => {
    const { store } = await openGatewayStore(temporaryFolder());
    await store.ledgerWriter.hold(holdEntry('a'));
    await expect(store.ledgerWriter.hold(holdEntry('a', { worst: worth(5n) }))).rejects.toMatchObject({
      code: 'internal_error',
    });
    expect(await store.ledgerReader.row('a')).toMatchObject({ hold: 1_000n });
  });

  it('let one bad item of a batch fail alone', async () => {
    const { store } = await openGatewayStore(temporaryFolder());
    const results = await Promise.allSettled([
      store.ledgerWriter.hold(holdEntry('first')),
      store.ledgerWriter.hold(holdEntry('a')),
      store.ledgerWriter.hold(holdEntry('a')),
      store.ledgerWriter.hold(holdEntry('no-time', { startedAt: Number.NaN })),
      store.ledgerWriter.hold(holdEntry('no-key', { keyId: 'key_none' })),
      store.ledgerWriter.hold(holdEntry('b')),
    ]);
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual([
      true,
      true,
      false,
      false,
      false,
      true,
    ]);
    expect((await store.ledgerReader.rows({ limit: 10 })).items.map(({ id }) => id)).toEqual([
      'first',
      'b',
      'a',
    ]);
  });

  it('settle once: the second changes nothing, and an unknown id is reported, not thrown', async () => {
    const { store, problems } = await openGatewayStore(temporaryFolder());
    await store.ledgerWriter.hold(holdEntry('a'));
    await store.ledgerWriter.settle(settlement('a'));
    await store.ledgerWriter.settle(settlement('a', { cost: 999n, state: 'released' }));
    expect(await store.ledgerReader.row('a')).toMatchObject({ state: 'settled', cost: 300n });
    expect(problems).toEqual([]);
    await store.ledgerWriter.settle(settlement('nobody'));
    expect(problems).toEqual([{ kind: 'settle-unknown-id', id: 'nobody' }]);
  });
});

describe('the key at the moment of the hold', () => {
  it.each([
    ['revoked', "status = 'revoked'", 'invalid_api_key', 'sk-tg-ab***wxyz'],
    ['disabled', "status = 'disabled'", 'key_disabled', 'disabled'],
    ['expired', 'expires_at = 1700000000000', 'key_expired', 'expired on 2023-11-14'],
  ])('that is %s forbids it', async (_, assignment, code, text) => {
    const folder = temporaryFolder();
    const { store } = await openGatewayStore(folder);
    await store.ledgerWriter.hold(holdEntry('before'));
    {
      using other = new DatabaseSync(join(folder, 'tollgate.sqlite'));
      other.exec(`update api_keys set ${assignment}`);
    }
    await expect(store.ledgerWriter.hold(holdEntry('after'))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
    expect(await store.ledgerReader.row('after')).toBe(undefined);
    // What was held before is settled all the same.
    await store.ledgerWriter.settle(settlement('before'));
    expect(await store.ledgerReader.row('before')).toMatchObject({ state: 'settled' });
  });

  it('that expires later allows it', async () => {
    const { store } = await openGatewayStore(temporaryFolder());
    await store.keyWriter.addKey(
      { id: 'key_later', name: 'l', hash: 'l', preview: 'l', createdAt: 1, expiresAt: 1_700_000_000_001 },
      { id: 'proj_2', name: 'default', createdAt: 1 },
    );
    await store.ledgerWriter.hold(holdEntry('a', { keyId: 'key_later' }));
    expect(await store.ledgerReader.row('a')).toMatchObject({ keyId: 'key_later', projectId: 'proj_test' });
  });
});

describe('the start of a gateway', () => {
  it('closes what an earlier run left held, once', async () => {
    const folder = temporaryFolder();
    const first = await openGatewayStore(folder);
    await first.store.ledgerWriter.hold(holdEntry('a'));
    await first.store.ledgerWriter.hold(holdEntry('b'));
    await first.store.ledgerWriter.settle(settlement('b'));
    await first.store[Symbol.asyncDispose]();
    const second = await openGatewayStore(folder);
    expect(second.store).toMatchObject({ epoch: 2, recovered: 1 });
    expect(await second.store.ledgerReader.row('a')).toMatchObject({
      state: 'settled',
      recovered: true,
      cost: 0n,
      nodeEpoch: 1,
    });
    expect(await second.store.ledgerReader.row('b')).toMatchObject({ recovered: false, cost: 300n });
    await second.store[Symbol.asyncDispose]();
    expect((await openGatewayStore(folder)).store).toMatchObject({ epoch: 3, recovered: 0 });
  });
});

describe('listing', () => {
  it('pages through the ledger, newest first, without gaps or repeats', async () => {
    const { store } = await openGatewayStore(temporaryFolder());
    const ids = Array.from({ length: 25 }, (_, index) => `r${String(index).padStart(3, '0')}`);
    await Promise.all(ids.map((id) => store.ledgerWriter.hold(holdEntry(id))));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.ledgerReader.rows({ limit: 10, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(ids.toReversed());
  });

  it('answers SQL that looks like input as input', async () => {
    const { store } = await openGatewayStore(temporaryFolder());
    expect(await store.ledgerReader.row("' or 1=1 --")).toBe(undefined);
    expect(await store.keyReader.keysMatching("' or 1=1 --")).toEqual([]);
  });
});

describe('a full disk', () => {
  it('refuses holds, keeps settling until there is room, and loses nothing', async () => {
    const folder = temporaryFolder();
    {
      const { store } = await openGatewayStore(folder);
      await store.ledgerWriter.hold(holdEntry('before'));
      await store[Symbol.asyncDispose]();
    }
    const problems: unknown[] = [];
    // The row is held by this run, and then the disk is full: settling it needs a page more than there is.
    await using store = await openSqliteGatewayStore({
      folder,
      clock: systemClock,
      report: (problem) => problems.push(problem),
      maxPages: 120,
    });
    await addTestKey(store);
    await store.ledgerWriter.hold(holdEntry('held'));
    using other = new DatabaseSync(join(folder, 'tollgate.sqlite'));
    other.exec('create table filler (bytes blob)');
    other.exec('pragma max_page_count = 120');
    expect(() => {
      for (;;) other.exec('insert into filler values (zeroblob(3000))');
    }).toThrow(/full/);

    const long = 'x'.repeat(20_000);
    await expect(store.ledgerWriter.hold(holdEntry('refused', { model: long }))).rejects.toMatchObject({
      code: 'ledger_unavailable',
    });
    const settled = store.ledgerWriter.settle(settlement('held', { upstreamModel: long }));
    await vi.waitFor(() => expect(problems).toEqual([expect.objectContaining({ kind: 'settle-retrying' })]), {
      timeout: 60_000,
    });
    expect(store.unavailable()?.reason).toMatch(/full/);
    expect(await store.ledgerReader.row('held')).toMatchObject({ state: 'held' });

    other.exec('delete from filler');
    await settled;
    expect(await store.ledgerReader.row('held')).toMatchObject({ state: 'settled', upstreamModel: long });
    expect(store.unavailable()).toBe(undefined);
    await store.ledgerWriter.hold(holdEntry('accepted', { model: long }));
    expect(await store.integrity()).toEqual([]);
  });
});

const everything = {
  from: 0,
  to: 4_000_000_000_000,
  groupBy: ['model', 'key'],
  histograms: true,
} as const;

describe('a long look at the ledger', () => {
  it('holds up no request', async () => {
    const { store } = await openGatewayStore(temporaryFolder());
    await store.ledgerWriter.hold(holdEntry('req_1'));
    await store.ledgerWriter.settle(settlement('req_1'));
    const order: string[] = [];
    // Twenty groups of sums a thousand times over: more than a hold takes, on any machine.
    const looks = Promise.all(
      Array.from({ length: 1_000 }, () => store.admin.usageReader.usage(everything)),
    ).then(() => order.push('looks'));
    await store.ledgerWriter.hold(holdEntry('req_2')).then(() => order.push('hold'));
    await looks;
    expect(order).toEqual(['hold', 'looks']);
  });

  it('sees what was written before it', async () => {
    const { store } = await openGatewayStore(temporaryFolder());
    for (let index = 0; index < 20; index++) {
      await store.ledgerWriter.hold(holdEntry(`req_${index}`));
      expect((await store.admin.requestReader.request(`req_${index}`))?.row.state).toBe('held');
    }
  });
});

describe('a database locked by another process', () => {
  it('is waited for, then refuses holds and settles later', async () => {
    const folder = temporaryFolder();
    const { store, problems } = await openGatewayStore(folder, { busyTimeoutMs: 20 });
    await store.ledgerWriter.hold(holdEntry('a'));
    using other = new DatabaseSync(join(folder, 'tollgate.sqlite'));
    other.exec('begin immediate');
    await expect(store.ledgerWriter.hold(holdEntry('b'))).rejects.toMatchObject({
      code: 'ledger_unavailable',
    });
    const settled = store.ledgerWriter.settle(settlement('a'));
    await vi.waitFor(() => expect(problems[0]).toMatchObject({ kind: 'settle-retrying' }), {
      timeout: 60_000,
    });
    other.exec('rollback');
    await settled;
    expect(await store.ledgerReader.row('a')).toMatchObject({ state: 'settled' });
    await store.ledgerWriter.hold(holdEntry('b'));
  });

  it('makes the store unavailable until it is free, also when nothing is asked of it meanwhile', async () => {
    const folder = temporaryFolder();
    const { store } = await openGatewayStore(folder, { busyTimeoutMs: 20 });
    using other = new DatabaseSync(join(folder, 'tollgate.sqlite'));
    other.exec('begin immediate');
    await expect(store.ledgerWriter.hold(holdEntry('a'))).rejects.toMatchObject({
      code: 'ledger_unavailable',
    });
    expect(store.unavailable()?.reason).toMatch(/locked/);
    other.exec('rollback');
    await vi.waitFor(() => expect(store.unavailable()).toBe(undefined), { timeout: 60_000 });
  });
});
