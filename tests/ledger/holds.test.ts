// What is reserved and what the upstream is told of it, through a real gateway.
import { describe, expect, test } from 'vitest';
import { polite } from '../support/scripted-upstream.ts';
import { ask } from '../support/start-gateway.ts';
import { startLimited, usd } from './limited-gateway.ts';

const plenty = { amount: usd(1000) };

describe('the output cap', () => {
  test('a client that sets none gets one where limits of cost are in force', async () => {
    const { gateway, upstream } = await startLimited([plenty], polite);
    const answer = await gateway.chat(ask());
    expect(answer.headers.get('x-tollgate-max-tokens')).toBe('4096');
    expect(upstream.last().body.max_tokens).toBe(4096);
  });

  test('no more than the limit affords', async () => {
    const { gateway, upstream } = await startLimited([{ amount: usd(0.001) }], polite);
    const answer = await gateway.chat(ask());
    const cap = Number(answer.headers.get('x-tollgate-max-tokens'));
    expect(cap).toBeGreaterThan(100);
    expect(cap).toBeLessThan(500);
    expect(upstream.last().body.max_tokens).toBe(cap);
    const [row] = await gateway.ledger();
    expect(row?.hold).toBeLessThanOrEqual(usd(0.001));
    expect(row?.hold).toBeGreaterThan(usd(0.000997));
  });

  test('none is sent where nothing limits', async () => {
    const rate = { metric: 'requests', window: 'minute', amount: 100n } as const;
    const { gateway, upstream } = await startLimited([rate], polite);
    const answer = await gateway.chat(ask());
    expect(answer.headers.get('x-tollgate-max-tokens')).toBeNull();
    expect(upstream.last().body).not.toHaveProperty('max_tokens');
    expect(upstream.last().body).not.toHaveProperty('max_completion_tokens');
  });

  test('the cap of a client stays as it is', async () => {
    const { gateway, upstream } = await startLimited([plenty], polite);
    const answer = await gateway.chat(ask({ max_completion_tokens: 50, n: 2 }));
    expect(answer.headers.get('x-tollgate-max-tokens')).toBeNull();
    expect(upstream.last().body.max_tokens).toBe(50);
    const [row] = await gateway.ledger();
    // 2 choices of 50 tokens at 2,000 nano-USD, and a prompt at 1,000.
    expect(row?.hold).toBeGreaterThan(200_000n);
    expect(row?.hold).toBeLessThan(200_000n + 400_000n);
  });
});

describe('the prompt', () => {
  const prose = 'The quick brown fox jumps over the lazy dog, again and again. '.repeat(100);
  const asking = ask({ max_tokens: 1, messages: [{ role: 'user', content: prose }] });
  const known = { route: [[{ provider: 'first', model: 'gpt-5.1' }]] };

  test('is counted where its tokenizer is known, else its bytes are', async () => {
    const counted = await startLimited([plenty], polite, { model: known });
    await counted.gateway.chat(asking);
    const plain = await startLimited([plenty], polite);
    await plain.gateway.chat(asking);
    const [inTokens] = await counted.gateway.ledger();
    const [inBytes] = await plain.gateway.ledger();
    expect(inTokens?.hold).toBeLessThan(1_500_000n);
    expect(inBytes?.hold).toBeGreaterThan(BigInt(prose.length) * 1000n);
  });

  test('with an image of megabytes is no prompt of megabytes', async () => {
    const url = `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAABAAAAAQACAYAAAB/${'A'.repeat(4_000_000)}`;
    const { gateway, upstream } = await startLimited([{ amount: usd(0.01) }], polite, { model: known });
    const messages = [{ role: 'user', content: [{ type: 'image_url', image_url: { url, detail: 'high' } }] }];
    expect((await gateway.chat(ask({ max_tokens: 5, messages }))).status).toBe(200);
    expect(upstream.last().raw.length).toBeGreaterThan(4_000_000);
    const [row] = await gateway.ledger();
    expect(row?.hold).toBeLessThan(2_000_000n);
  });
});

test('a price that changes while the request is under way is not the price of the request', async () => {
  const { gateway, upstream } = await startLimited([plenty], async (answer) => {
    await released;
    await polite(answer);
  });
  let release: (value?: unknown) => void = () => undefined;
  const released = new Promise((resolve) => {
    release = resolve;
  });
  const asked = gateway.chat(ask({ max_tokens: 10 }));
  await upstream.arrival();
  await gateway.configure({
    providers: { first: { type: 'openai-compatible', base_url: upstream.url, api_key: 'k' } },
    models: { 'test-model': { price: { input: 100, output: 200 }, route: [[{ provider: 'first' }]] } },
  });
  release();
  expect((await asked).status).toBe(200);
  const row = await gateway.row();
  expect(row.cost).toBe(10n * 1000n + 5n * 2000n);
});
