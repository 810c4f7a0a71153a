import { expect, test, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import type { Cell } from '../sql/ledger.ts';
import { pushEntryCells } from '../sql/to-cells.ts';
import type { Batch, BatchOutcome } from '../sqlite/messages.ts';
import { createSharedLink } from './shared-link.ts';

interface Sent {
  readonly batch: Batch;
  readonly done: (outcome: BatchOutcome) => void;
}

function setUp() {
  const sent: Sent[] = [];
  const link = createSharedLink({
    link: { metersContent: () => false, sendBatch: (batch, done) => void sent.push({ batch, done }) },
    clock: systemClock,
  });
  /** The next batch on the line. */
  const next = async (): Promise<Sent> =>
    vi.waitFor(() => sent.shift() ?? Promise.reject(new Error('none')), { timeout: 60_000 });
  return { link, next, sent };
}

function holding(...ids: string[]): Batch {
  const holds: Cell[] = [];
  for (const id of ids) {
    pushEntryCells(holds, {
      id,
      keyId: 'key',
      projectId: 'project',
      organizationId: 'organization',
      endUser: undefined,
      model: 'm',
      provider: 'p',
      upstreamModel: 'u',
      priceVersion: 'v',
      stream: false,
      startedAt: 1,
      worst: {
        promptTokens: 1,
        outputCap: 1,
        leastOutputCap: 1,
        choices: 1,
        promptCost: 1n,
        outputPrice: 1n,
      },
    });
  }
  return { holds, settles: [], checkpoints: [], now: 1 };
}

test('what waits when a batch returns goes together, and one is under way at a time', async () => {
  const { link, next, sent } = setUp();
  const outcomes: [string, BatchOutcome][] = [];
  const shares = ['a', 'b', 'c'].map((name) => ({ name, share: link.share() }));
  for (const { name, share } of shares.slice(0, 1)) {
    share.sendBatch(holding(name), (outcome) => outcomes.push([name, outcome]));
  }
  const first = await next();
  for (const { name, share } of shares.slice(1)) {
    share.sendBatch(holding(name), (outcome) => outcomes.push([name, outcome]));
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toHaveLength(0);
  first.done({});
  const second = await next();
  expect(second.batch.holds).toEqual([...holding('b').holds, ...holding('c').holds]);
  second.done({ holds: [{ index: 1, reason: 'key-unknown' }] });
  expect(outcomes).toEqual([
    ['a', {}],
    ['b', {}],
    ['c', { holds: [{ index: 0, reason: 'key-unknown' }] }],
  ]);
});

test('what a writer left open is closed again and again until the database takes it, and holds up nobody', async () => {
  const { link, next } = setUp();
  const [gone, other] = [link.share(), link.share()];
  gone.sendBatch(holding('a', 'b'), () => undefined);
  (await next()).done({ holds: [{ index: 0, reason: 'key-unknown' }] });
  const recovered = gone.abandon();
  const first = await next();
  expect(first.batch).toMatchObject({ abandoned: ['b'], holds: [], settles: [], checkpoints: [] });
  first.done({ failed: 'disk full' });
  const answered = new Promise<BatchOutcome>((resolve) => other.sendBatch(holding('c'), resolve));
  const meanwhile = await next();
  expect(meanwhile.batch.abandoned).toBe(undefined);
  meanwhile.done({});
  expect(await answered).toEqual({});
  const second = await next();
  expect(second.batch.abandoned).toEqual(['b']);
  second.done({});
  expect(await recovered).toBe(1);
  link.close();
});

test('a batch that may be committed leaves rows that may be open', async () => {
  const { link, next } = setUp();
  const share = link.share();
  share.sendBatch(holding('a'), () => undefined);
  (await next()).done({ failed: 'the thread died', doubtful: true });
  const recovered = share.abandon();
  const sent = await next();
  expect(sent.batch.abandoned).toEqual(['a']);
  sent.done({});
  expect(await recovered).toBe(1);
});
