// A long answer is in the books as it goes: when the gateway is gone, what was delivered by then is charged.
import { expect, test } from 'vitest';
import { createTokenCounter } from '../../src/accounts/token-counter.ts';
import { roleChunk, stream, text } from '../support/scripted-upstream.ts';
import { ask } from '../support/start-gateway.ts';
import { startLimited, usd } from './limited-gateway.ts';

const counter = createTokenCounter();

test('a stream and a whole answer under way for more than five seconds', { timeout: 60_000 }, async () => {
  const words = ' some words that were delivered, and then nothing for a while';
  const { gateway, upstream } = await startLimited([{ amount: usd(1) }], async (answer) => {
    if (answer.request.body.stream) return stream([roleChunk, text(words), 'STALL'])(answer);
    answer.head(200, { 'content-type': 'application/json' });
    await answer.write(' ');
    await answer.gone;
  });
  const controller = new AbortController();
  const { signal } = controller;
  const asked = [true, false].map((streaming) =>
    gateway
      .chat(ask({ stream: streaming, max_tokens: 500 }), { signal })
      .then((response) => response.text())
      .catch(() => undefined),
  );
  await upstream.arrival(2);
  const { ledgerReader } = gateway.gateway.store;
  const rows = async () => (await ledgerReader.rows({ limit: 10 })).items;
  while ((await rows()).some((row) => row.usage === undefined)) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const input = (await counter.count('Say hello.')) + 4;
  for (const row of await rows()) {
    expect(row).toMatchObject({ state: 'held', usageSource: 'estimated' });
    expect(row.usage).toEqual({ input, output: row.stream ? await counter.count(words) : 0 });
    expect(row.cost ?? 0n).toBeLessThanOrEqual(row.hold);
  }
  controller.abort();
  await Promise.all(asked);
  expect((await gateway.ledger()).map(({ state, error }) => [state, error])).toEqual([
    ['settled', 'client_aborted'],
    ['settled', 'client_aborted'],
  ]);
});
