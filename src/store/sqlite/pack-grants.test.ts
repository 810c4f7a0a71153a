import { describe, expect, it } from 'vitest';
import type { HoldGrant } from './messages.ts';
import { packGrants, unpackGrants } from './pack-grants.ts';

describe('packed grants', () => {
  it('come out as they went in', () => {
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
    expect(unpackGrants(structuredClone(packGrants(grants)))).toStrictEqual(grants);
    expect(unpackGrants(packGrants([]))).toEqual([]);
  });
});
