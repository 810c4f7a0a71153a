import { describe, expect, it } from 'vitest';
import type { Batch, HoldGrant } from './messages.ts';
import { isPacked, packAnswer, packBatch, unpackAnswer, unpackBatch } from './pack-messages.ts';

describe('packed batches', () => {
  it.each<Batch>([
    { holds: ['req_1', 7n, null], settles: [1, 'x'], checkpoints: [], now: 5 },
    { holds: [], settles: [], checkpoints: [2n], now: 6, abandoned: ['req_2'] },
  ])('come out as they went in', (batch) => {
    expect(unpackBatch(structuredClone(packBatch(batch)))).toStrictEqual(batch);
  });
});

describe('packed answers', () => {
  it('give back what was granted', () => {
    const minute = {
      metric: 'requests',
      window: 'minute',
      amount: 2n,
      remaining: 0n,
      resetMs: 60_500,
    } as const;
    const month = {
      metric: 'tokens',
      window: 'month',
      amount: 2n ** 62n,
      remaining: 7n,
      resetMs: 0,
    } as const;
    const grants: HoldGrant[] = [
      { index: 0, outputCap: 16, standings: [minute, month] },
      { index: 3, outputCap: 0, standings: [] },
      { index: 4, outputCap: 9_000, standings: [month] },
    ];
    const answer = packAnswer({ grants });
    expect(isPacked(answer) && unpackAnswer(structuredClone(answer))).toStrictEqual({ grants });
    const plain = packAnswer({});
    expect(isPacked(plain) && unpackAnswer(plain)).toStrictEqual({});
  });

  it('stay as they are where there is more to say', () => {
    const outcome = { grants: [], metersContent: true } as const;
    expect(packAnswer(outcome)).toEqual({ kind: 'batch', outcome });
    expect(packAnswer({ failed: 'disk full' })).toEqual({
      kind: 'batch',
      outcome: { failed: 'disk full' },
    });
  });
});
