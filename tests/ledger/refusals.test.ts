// What a client is told of limits: refusals before anything is sent, and headers on everything else.
import { describe, expect, test } from 'vitest';
import { readEvents } from '../support/read-events.ts';
import { polite, refusal } from '../support/scripted-upstream.ts';
import { ask } from '../support/start-gateway.ts';
import { startLimited, usd } from './limited-gateway.ts';

describe('requests per minute', () => {
  const two = { metric: 'requests', window: 'minute', amount: 2n, scope: { key: '*' } } as const;

  test('count down in headers, then refuse before the upstream is called', async () => {
    const { gateway, upstream } = await startLimited([two], polite);
    const first = await gateway.chat(ask());
    expect(first.status).toBe(200);
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    expect(first.headers.get('x-ratelimit-reset-requests')).toMatch(/^(?:\d+m)?[\d.]+s$/);
    expect(first.headers.get('x-ratelimit-limit-tokens')).toBeNull();
    await first.text();
    const streamed = await gateway.chat(ask({ stream: true }));
    expect(streamed.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect((await readEvents(streamed)).done).toBe(true);

    const refused = await gateway.chat(ask({ stream: true }));
    expect(refused.status).toBe(429);
    const { error } = (await refused.json()) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ type: 'requests', code: 'rate_limit_exceeded', param: null });
    expect(error.message).toMatch(
      /^Rate limit reached for test-model on requests per minute \(RPM\) for key `[^`]+`: Limit 2, Used \d, Held \d, Requested 1\. Please try again in (?:1m)?[\d.]+m?s\.$/,
    );
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers.get('retry-after-ms'))).toBeGreaterThan(0);
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(upstream.requests).toHaveLength(2);
    expect(await gateway.ledger()).toHaveLength(2);
  });

  test('an upstream that refuses: the answer has the headers all the same', async () => {
    const { gateway } = await startLimited([two], refusal(400, { message: 'too hot' }));
    const answer = await gateway.chat(ask());
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-ratelimit-remaining-requests')).toBe('1');
  });
});

describe('a budget', () => {
  test('that is spent is 429 insufficient_quota, and nobody tries again', async () => {
    const { gateway, upstream } = await startLimited([{ amount: 100n, scope: { project: '*' } }], polite);
    const refused = await gateway.chat(ask({ max_tokens: 5 }));
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-should-retry')).toBe('false');
    const { error } = (await refused.json()) as { error: Record<string, string> };
    expect(error).toMatchObject({ type: 'insufficient_quota', code: 'insufficient_quota', param: null });
    expect(error.message).toMatch(
      /^You exceeded the budget of project `[^`]+`: limit \$0\.0000001, spent \$0\.00, held by requests under way \$0\.00, this request needs up to \$0\.0\d+\. The request needs more than the limit allows at all: make it smaller\. It does not reset/,
    );
    expect(upstream.requests).toHaveLength(0);
  });

  test('is 402 where the operator wants it', async () => {
    const server = { quota_status: 402 };
    const { gateway } = await startLimited([{ amount: 1n }], polite, { server });
    expect((await gateway.chat(ask())).status).toBe(402);
  });

  test('says which cap would fit, and then it does', async () => {
    const { gateway } = await startLimited([{ amount: usd(0.002) }], polite);
    const refused = await gateway.chat(ask({ max_completion_tokens: 100_000 }));
    const { error } = (await refused.json()) as { error: { message: string } };
    const [, cap] = /`max_completion_tokens` of at most (\d+) it would fit now/.exec(error.message) ?? [];
    expect(Number(cap)).toBeGreaterThan(100);
    expect((await gateway.chat(ask({ max_completion_tokens: Number(cap) + 3 }))).status).toBe(429);
    expect((await gateway.chat(ask({ max_completion_tokens: Number(cap) }))).status).toBe(200);
  });
});

test('tokens per minute: type `tokens`, and headers of tokens only', async () => {
  const limit = { metric: 'tokens', window: 'minute', amount: 1_000n } as const;
  const { gateway } = await startLimited([limit], polite);
  const answer = await gateway.chat(ask({ max_tokens: 20 }));
  expect(answer.headers.get('x-ratelimit-limit-tokens')).toBe('1000');
  expect(Number(answer.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThan(980);
  expect(answer.headers.get('x-ratelimit-limit-requests')).toBeNull();
  const refused = await gateway.chat(ask({ max_tokens: 2_000 }));
  expect(refused.status).toBe(429);
  expect(((await refused.json()) as { error: object }).error).toMatchObject({ type: 'tokens' });
});

test('no limit, no headers', async () => {
  const { gateway } = await startLimited([{ scope: { model: 'free-model' }, metric: 'requests' }], polite);
  const answer = await gateway.chat(ask());
  expect([...answer.headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
});
