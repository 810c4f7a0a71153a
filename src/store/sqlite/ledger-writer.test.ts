import { describe, expect, it, vi } from 'vitest';
import { holdEntry, settlement } from '../../../tests/ledger/fixtures.ts';
import { systemClock } from '../../core/clock.ts';
import type { StoreProblem } from '../../core/store.ts';
import { type Cell, settleCells } from '../sql/ledger.ts';
import { entryWidth } from '../sql/to-cells.ts';
import { createLedgerWriter } from './ledger-writer.ts';
import type { BatchOutcome } from './messages.ts';

/** Of a machine that may be busy. */
const patient = { timeout: 60_000 };

/** A worker that answers when the test says so. */
function manualWorker() {
  const batches: { holds: string[]; settles: string[]; answer: (outcome: BatchOutcome) => void }[] = [];
  const problems: StoreProblem[] = [];
  const every = (cells: Cell[], width: number, at: number) =>
    cells.filter((_, index) => index % width === at).map(String);
  const writer = createLedgerWriter(
    {
      metersContent: () => false,
      sendBatch: ({ holds, settles }, answer) => {
        batches.push({
          holds: every(holds, entryWidth, 0),
          settles: every(settles, settleCells.length, settleCells.indexOf('id')),
          answer,
        });
      },
    },
    systemClock,
    (problem) => problems.push(problem),
  );
  return { writer, batches, problems };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('natural batching', () => {
  it('sends the first item in the same turn, and what came meanwhile as one batch', async () => {
    const { writer, batches } = manualWorker();
    const first = writer.hold(holdEntry('a'));
    await turn();
    expect(batches.map(({ holds }) => holds)).toEqual([['a']]);
    const later = Promise.all([
      writer.hold(holdEntry('b')),
      writer.settle(settlement('z')),
      writer.hold(holdEntry('c')),
    ]);
    await turn();
    expect(batches).toHaveLength(1);
    batches[0]?.answer({});
    await first;
    await turn();
    expect(batches[1]).toMatchObject({ holds: ['b', 'c'], settles: ['z'] });
    batches[1]?.answer({});
    await later;
    await turn();
    expect(batches).toHaveLength(2);
  });

  it('lets a settlement wait for a hold to go with, but not for long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { writer, batches } = manualWorker();
      void writer.settle(settlement('a'));
      await turn();
      expect(batches).toHaveLength(0);
      const hold = writer.hold(holdEntry('b'));
      await turn();
      expect(batches[0]).toMatchObject({ holds: ['b'], settles: ['a'] });
      void writer.settle(settlement('c'));
      batches[0]?.answer({});
      await hold;
      await turn();
      expect(batches).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(5);
      expect(batches[1]).toMatchObject({ holds: [], settles: ['c'] });
      batches[1]?.answer({});
      void writer.settle(settlement('d'));
      const closed = writer.close();
      await turn();
      expect(batches[2]).toMatchObject({ settles: ['d'] });
      batches[2]?.answer({});
      await closed;
    } finally {
      vi.useRealTimers();
    }
  });

  it('says when what was handed in is written, and then writes it at once', async () => {
    const { writer, batches } = manualWorker();
    expect(writer.caughtUp()).toBe(undefined);
    const told: string[] = [];
    void writer.settle(settlement('a'));
    void writer.caughtUp()?.then(() => told.push('a'));
    await turn();
    void writer.settle(settlement('b'));
    void writer.caughtUp()?.then(() => told.push('b'));
    expect(batches.map(({ settles }) => settles)).toEqual([['a']]);
    batches[0]?.answer({});
    await turn();
    expect(told).toEqual(['a']);
    expect(batches[1]).toMatchObject({ settles: ['b'] });
    void writer.caughtUp()?.then(() => told.push('b, nothing since'));
    batches[1]?.answer({ failed: 'database is locked' });
    await turn();
    expect(told).toEqual(['a', 'b', 'b, nothing since']);
    void writer.close();
    await turn();
    batches[2]?.answer({});
  });

  it('rejects only the item that was refused', async () => {
    const { writer, batches } = manualWorker();
    const holds = ['a', 'b', 'c'].map((id) => writer.hold(holdEntry(id)));
    const answers = Promise.allSettled(holds);
    await turn();
    batches[0]?.answer({ holds: [{ index: 1, reason: 'key-revoked', preview: 'sk-tg-ab***wxyz' }] });
    const [a, b, c] = await answers;
    expect([a?.status, b?.status, c?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(b).toMatchObject({
      reason: { code: 'invalid_api_key', message: expect.stringContaining('sk-tg-ab***wxyz') },
    });
  });

  it('refuses holds past 10,000 waiting ones as overloaded, but never a settle', async () => {
    const { writer, batches } = manualWorker();
    const first = writer.hold(holdEntry('first'));
    await turn();
    const holds = Array.from({ length: 10_000 }, (_, index) => writer.hold(holdEntry(`h${index}`)));
    await expect(writer.hold(holdEntry('one-too-many'))).rejects.toMatchObject({
      code: 'overloaded',
      retryAfterMs: 1000,
    });
    const settles = Array.from({ length: 10_001 }, (_, index) => writer.settle(settlement(`s${index}`)));
    batches[0]?.answer({});
    await first;
    await turn();
    expect(batches[1]?.holds).toHaveLength(10_000);
    expect(batches[1]?.settles).toHaveLength(10_001);
    batches[1]?.answer({});
    await Promise.all([...holds, ...settles]);
  });
});

describe('a database that refuses', () => {
  it('rejects the holds as ledger_unavailable and settles again until it is durable', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { writer, batches, problems } = manualWorker();
      const hold = writer.hold(holdEntry('a'));
      const settled = vi.fn();
      void writer.settle(settlement('b')).then(settled);
      await turn();
      batches[0]?.answer({ failed: 'database is locked' });
      await expect(hold).rejects.toMatchObject({ code: 'ledger_unavailable' });
      expect(writer.failure()).toBe('database is locked');
      for (const [attempt, waitMs] of [50, 100, 200].entries()) {
        await vi.advanceTimersByTimeAsync(waitMs - 1);
        expect(batches).toHaveLength(attempt + 1);
        await vi.advanceTimersByTimeAsync(1);
        expect(batches[attempt + 1]?.settles).toEqual(['b']);
        expect(settled).not.toHaveBeenCalled();
        batches[attempt + 1]?.answer(attempt === 2 ? {} : { failed: 'database is locked' });
      }
      await turn();
      expect(settled).toHaveBeenCalled();
      expect(writer.failure()).toBe(undefined);
      expect(problems[0]).toMatchObject({
        kind: 'settle-retrying',
        waiting: 1,
        reason: 'database is locked',
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it('settles again at once when a later batch is taken', async () => {
    const { writer, batches } = manualWorker();
    const settled = writer.settle(settlement('a'));
    await vi.waitFor(() => expect(batches).toHaveLength(1), patient);
    batches[0]?.answer({ failed: 'disk full' });
    const hold = writer.hold(holdEntry('b'));
    await turn();
    batches[1]?.answer({});
    await hold;
    await turn();
    expect(batches[2]?.settles).toEqual(['a']);
    batches[2]?.answer({});
    await settled;
  });

  it('keeps only the settlement that failed of a batch that was taken', async () => {
    const { writer, batches, problems } = manualWorker();
    const settles = Promise.all(['a', 'b', 'c', 'd'].map((id) => writer.settle(settlement(id))));
    await vi.waitFor(() => expect(batches).toHaveLength(1), patient);
    batches[0]?.answer({
      settles: [
        { index: 1, reason: 'failed', detail: 'disk full' },
        { index: 2, reason: 'unknown-id' },
        { index: 3, reason: 'refused', detail: 'constraint' },
      ],
    });
    expect(writer.failure()).toBe('disk full');
    await vi.waitFor(() => expect(batches[1]?.settles).toEqual(['b']), patient);
    batches[1]?.answer({});
    await settles;
    expect(problems).toEqual([
      expect.objectContaining({ kind: 'settle-retrying' }),
      { kind: 'settle-unknown-id', id: 'c' },
      { kind: 'settle-lost', id: 'd', reason: 'constraint' },
    ]);
  });
});

describe('a database that failed and is asked for nothing since', () => {
  it('is asked by itself until it takes a batch, so that the gateway becomes ready without a request', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { writer, batches } = manualWorker();
      const hold = writer.hold(holdEntry('a'));
      await turn();
      batches[0]?.answer({ holds: [{ index: 0, reason: 'failed', detail: 'disk full' }] });
      await expect(hold).rejects.toMatchObject({ code: 'ledger_unavailable' });
      for (const attempt of [1, 2]) {
        await vi.advanceTimersByTimeAsync(1_000);
        expect(batches).toHaveLength(attempt + 1);
        expect(batches[attempt]).toMatchObject({ holds: [], settles: [] });
        expect(writer.failure()).toBe('disk full');
        batches[attempt]?.answer(attempt === 2 ? {} : { failed: 'disk full' });
      }
      expect(writer.failure()).toBe(undefined);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(batches).toHaveLength(3);
      await writer.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('is not asked while settlements come again, nor once the gateway stops', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { writer, batches } = manualWorker();
      const settled = writer.settle(settlement('a'));
      for (let answered = 0; answered < 12; answered++) {
        await vi.advanceTimersByTimeAsync(5_000);
        for (const batch of batches.slice(answered)) batch.answer({ failed: 'disk full' });
      }
      expect(new Set(batches.map(({ settles }) => settles.join()))).toEqual(new Set(['a']));
      const before = batches.length;
      const closed = writer.close();
      await turn();
      expect(batches.slice(before).map(({ settles }) => settles)).toEqual([['a']]);
      batches[before]?.answer({});
      await Promise.all([settled, closed]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(batches).toHaveLength(before + 1);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a worker that died in the middle of a batch', () => {
  it('has its holds given back, in case they were committed; those that were not are no problem', async () => {
    const { writer, batches, problems } = manualWorker();
    const hold = writer.hold(holdEntry('a'));
    await turn();
    batches[0]?.answer({ failed: 'the worker ended', doubtful: true });
    await expect(hold).rejects.toMatchObject({ code: 'ledger_unavailable' });
    await vi.waitFor(() => expect(batches[1]).toMatchObject({ holds: [], settles: ['a'] }), patient);
    batches[1]?.answer({ settles: [{ index: 0, reason: 'unknown-id' }] });
    await writer.close();
    expect(problems).toEqual([]);
  });
});

describe('closing', () => {
  it('refuses new holds, waits for what is under way, and takes settlements to the end', async () => {
    const { writer, batches } = manualWorker();
    const hold = writer.hold(holdEntry('a'));
    await turn();
    const closed = writer.close();
    await expect(writer.hold(holdEntry('b'))).rejects.toMatchObject({ code: 'shutting_down' });
    const settled = writer.settle(settlement('c'));
    batches[0]?.answer({});
    await hold;
    await turn();
    batches[1]?.answer({});
    await Promise.all([settled, closed]);
    expect(batches[1]?.settles).toEqual(['c']);
  });

  it('reports what a refusing database did not take, and what comes too late', async () => {
    const { writer, batches, problems } = manualWorker();
    const settled = writer.settle(settlement('a'));
    const closed = writer.close();
    for (let attempt = 0; attempt < 4; attempt++) {
      await vi.waitFor(() => expect(batches).toHaveLength(attempt + 1), patient);
      batches[attempt]?.answer({ failed: 'disk full' });
    }
    await Promise.all([settled, closed]);
    await writer.settle(settlement('b'));
    expect(problems.slice(-2)).toEqual([
      { kind: 'settle-lost', id: 'a', reason: 'disk full' },
      { kind: 'settle-lost', id: 'b', reason: 'the store is closed' },
    ]);
  });
});
