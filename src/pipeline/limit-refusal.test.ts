import { describe, expect, test } from 'vitest';
import { toErrorBody } from '../core/errors.ts';
import type { Limit, LimitRefusal, WorstCase } from '../core/limits.ts';
import type { Principal } from '../core/principal.ts';
import { durationInWords, goDuration } from './durations.ts';
import { limitError } from './limit-refusal.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';

const now = Date.UTC(2026, 10, 22, 20, 0, 0);
const usd = (amount: number) => BigInt(Math.round(amount * 1e9));
const worst: WorstCase = {
  promptTokens: 100,
  outputCap: 1_000,
  leastOutputCap: 1_000,
  choices: 1,
  promptCost: 100n * usd(1),
  outputPrice: usd(10),
};
const request = {
  principal: {
    keyId: 'key_1',
    keyName: 'ci',
    organizationId: 'org_1',
    organizationName: 'acme',
    projectId: 'proj_1',
    projectName: 'default',
    status: 'active',
  } satisfies Principal,
  model: 'gpt-5.1',
  endUser: 'anna',
  worst,
  now,
};

function refusal(limit: Partial<Limit>, change: Partial<LimitRefusal> = {}): LimitRefusal {
  const whole = {
    id: 'lim_1',
    scope: { key: '*' },
    metric: 'requests',
    window: 'minute',
    amount: 600n,
    timeZone: 'UTC',
    source: 'admin',
    ...limit,
  } satisfies Limit;
  return { limit: whole, subject: '', settled: 598n, held: 2n, needed: 1n, ...change };
}

describe('rates', () => {
  test('requests per minute, as OpenAI words it', () => {
    const error = limitError(refusal({}, { retryAfterMs: 1500 }), request);
    expect(toErrorBody(error)).toEqual({
      error: {
        message:
          'Rate limit reached for gpt-5.1 on requests per minute (RPM) for key `ci`: Limit 600, Used 598, Held 2, Requested 1. Please try again in 1.5s.',
        type: 'requests',
        param: null,
        code: 'rate_limit_exceeded',
      },
    });
    expect([error.status, error.retryAfterMs, error.shouldRetry]).toEqual([429, 1500, true]);
    expect(error.headers).toEqual({
      'x-ratelimit-limit-requests': '600',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1.5s',
    });
  });

  test('tokens say what would fit now', () => {
    const error = limitError(
      refusal(
        { metric: 'tokens', amount: 1_000n, scope: { project: 'proj_1', end_user: '*' } },
        { settled: 300n, held: 100n, needed: 1_100n },
      ),
      request,
    );
    expect(error.message).toBe(
      'Rate limit reached for gpt-5.1 on tokens per minute (TPM) for project `default` and end user `anna`: Limit 1000, Used 300, Held 100, Requested 1100. With `max_completion_tokens` of at most 500 it would fit now.',
    );
    expect([error.entry.type, error.wireCode]).toEqual(['tokens', 'rate_limit_exceeded']);
    expect(error.shouldRetry).toBe(false);
  });

  test('what can never fit says so', () => {
    const never = refusal(
      { metric: 'tokens', window: 'day', amount: 50n },
      { settled: 0n, held: 0n, needed: 1_100n, resetsAt: now + 4 * 3_600_000 },
    );
    expect(limitError(never, request).message).toBe(
      'Rate limit reached for gpt-5.1 on tokens per day (TPD) for key `ci`: Limit 50, Used 0, Held 0, Requested 1100. The request needs more than the limit allows at all: make it smaller. It resets on 2026-11-23 00:00 UTC (in 4 hours).',
    );
  });

  test('requests at a time', () => {
    const busy = refusal(
      { metric: 'concurrent', window: 'lifetime', amount: 4n, scope: { model: 'gpt-5.1' } },
      { settled: 0n, held: 4n, retryAfterMs: 1000 },
    );
    expect(limitError(busy, request).message).toBe(
      'Rate limit reached for gpt-5.1 on requests at a time for model `gpt-5.1`: Limit 4, Used 0, Held 4, Requested 1. Please try again in 1s.',
    );
  });
});

describe('advice', () => {
  const soon = { retryAfterMs: 1_000, resetsAt: now + 4 * 3_600_000 };

  test('to try again stands beside when the limit resets', () => {
    const held = refusal({ metric: 'cost', window: 'day' }, { settled: 0n, held: 600n, ...soon });
    expect(limitError(held, request).message).toContain(
      'Requests under way may give back what they hold. Please try again in 1s. It resets on 2026-11-23 00:00 UTC (in 4 hours).',
    );
  });

  test('nobody can make one request smaller than one', () => {
    expect(limitError(refusal({ amount: 0n }, { settled: 0n, held: 0n }), request).message).toContain(
      'The limit allows none at all.',
    );
  });

  test('names the organization as people do', () => {
    const whole = refusal({ metric: 'cost', scope: { organization: 'org_1' } });
    expect(limitError(whole, request).message).toContain('of organization `acme`');
  });
});

describe('budgets', () => {
  const month = refusal(
    { metric: 'cost', window: 'month', amount: usd(50), scope: { project: 'proj_1' } },
    {
      settled: usd(49.2),
      held: usd(0.7501),
      needed: usd(0.1),
      resetsAt: Date.UTC(2026, 11, 1),
      retryAfterMs: Date.UTC(2026, 11, 1) - now,
    },
  );

  test('a month that is spent: no retry, until when is said', () => {
    const error = limitError(month, { ...request, worst: { ...worst, leastOutputCap: 16 } });
    expect(toErrorBody(error).error).toEqual({
      message:
        'You exceeded the monthly budget of project `default`: limit $50.00, spent $49.20, held by requests under way $0.7501, this request needs up to $0.10. It resets on 2026-12-01 00:00 UTC (in 8 days).',
      type: 'insufficient_quota',
      param: null,
      code: 'insufficient_quota',
    });
    expect([error.status, error.shouldRetry]).toEqual([429, false]);
    expect(error.headers).toEqual({});
  });

  test('402 where the operator wants it', () => {
    const error = limitError(month, request, 402);
    expect([error.status, toErrorBody(error).error.code]).toEqual([402, 'insufficient_quota']);
  });

  test('waiting for what others hold is worth a retry', () => {
    const error = limitError({ ...month, settled: 0n, held: usd(50), retryAfterMs: 1000 }, request);
    expect(error.message).toContain(
      'Requests under way may give back what they hold. Please try again in 1s.',
    );
    expect(error.shouldRetry).toBe(true);
  });

  test('resets are told in the time zone of the limit', () => {
    const limit = { ...month.limit, timeZone: 'Europe/Berlin' };
    const error = limitError({ ...month, limit, resetsAt: Date.UTC(2026, 10, 30, 23) }, request);
    expect(error.message).toContain('It resets on 2026-12-01 00:00 Europe/Berlin (in 8 days).');
  });

  test('a prepaid credit does not come back', () => {
    const { resetsAt: _, retryAfterMs: __, ...rest } = month;
    const error = limitError({ ...rest, limit: { ...month.limit, window: 'lifetime' } }, request);
    expect(error.message).toContain('You exceeded the budget of project `default`: limit $50.00');
    expect(error.message).toContain('It does not reset');
  });
});

test('headers tell of the tightest limit of each metric', () => {
  const standing = { window: 'minute' as const, resetMs: 360_000 };
  expect(
    rateLimitHeaders([
      { ...standing, metric: 'requests', amount: 600n, remaining: 500n },
      { ...standing, metric: 'requests', amount: 10_000n, remaining: 20n, window: 'day' },
      { ...standing, metric: 'tokens', amount: 90_000n, remaining: 80_000n, resetMs: 120 },
      { ...standing, metric: 'cost', amount: 1n, remaining: 1n },
    ]),
  ).toEqual({
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-remaining-requests': '20',
    'x-ratelimit-reset-requests': '6m0s',
    'x-ratelimit-limit-tokens': '90000',
    'x-ratelimit-remaining-tokens': '80000',
    'x-ratelimit-reset-tokens': '120ms',
  });
});

test.each([
  [0, '0ms'],
  [0.2, '1ms'],
  [999, '999ms'],
  [1_000, '1s'],
  [1_501, '1.6s'],
  [59_950, '1m0s'],
  [360_000, '6m0s'],
  [3_600_000, '1h0m0s'],
  [2_592_000_000, '720h0m0s'],
])('%d ms is %s', (ms, text) => {
  expect(goDuration(ms)).toBe(text);
});

test.each([
  [400, '1 second'],
  [90_000, '90 seconds'],
  [119_000, '119 seconds'],
  [7_199_000, '119 minutes'],
  [86_400_000, '24 hours'],
  [8.9 * 86_400_000, '8 days'],
])('%d ms are %s', (ms, text) => {
  expect(durationInWords(ms)).toBe(text);
});
