import { expect, test } from 'vitest';
import type { Batch, BatchOutcome } from '../sqlite/messages.ts';
import { frameHead } from './frames.ts';
import { createLineWriter, readFromWorker, readOutcome } from './line-messages.ts';

const writer = createLineWriter();
const bodyOf = (frame: Buffer) => frame.subarray(frameHead);

test('what a worker says arrives', () => {
  const greeting = { token: '0123456789abcdef', open: ['req_1', 'req_2'] };
  expect(readFromWorker(bodyOf(writer.greeting(greeting)))).toEqual(greeting);
  const batch: Batch = {
    holds: Array.from({ length: 42 }, (_, index) => (index % 21 === 0 ? `req_${index}` : index % 3)),
    settles: ['settled', 'ü', 5n, ...Array.from({ length: 16 }, () => null)],
    checkpoints: [],
    now: 0,
  };
  expect(readFromWorker(bodyOf(writer.batch(batch)))).toEqual(batch);
  expect(() => readFromWorker(Buffer.of(9))).toThrow(RangeError);
});

const outcomes: readonly BatchOutcome[] = [
  {},
  { failed: 'the disk is full', doubtful: true },
  {
    holds: [{ index: 1, reason: 'key-expired', expiresAt: 5 }],
    settles: [{ index: 0, reason: 'failed', detail: 'busy' }],
  },
  {
    holds: [{ index: 2, reason: 'claimed', holder: { requestId: 'req_1', bodyHash: 'hash' } }],
    grants: [
      {
        index: 0,
        outputCap: 100,
        standings: [
          { metric: 'cost', window: 'month', amount: 2n ** 40n, remaining: -7n, resetMs: 1.5 },
          { metric: 'requests', window: 'minute', amount: 10n, remaining: 9n, resetMs: 60_000 },
        ],
      },
      { index: 1, outputCap: 100, standings: [] },
      {
        index: 3,
        outputCap: 7,
        standings: [{ metric: 'cost', window: 'month', amount: 2n ** 40n, remaining: -8n, resetMs: 1.5 }],
      },
    ],
  },
];

test.each(outcomes.keys().toArray())('outcome %i arrives', (index) => {
  const outcome = outcomes[index] as BatchOutcome;
  for (const metersContent of [true, false]) {
    expect(readOutcome(bodyOf(writer.outcome(outcome, metersContent)))).toEqual({
      ...outcome,
      metersContent,
    });
  }
});
