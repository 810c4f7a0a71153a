// A stream that is under way while its provider is changed or removed goes on to its end, with the adapter it began with.
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  done,
  finish,
  polite,
  roleChunk,
  type ScriptedUpstream,
  startUpstream,
  stream,
  text,
  usageChunk,
} from '../support/scripted-upstream.ts';
import { ask } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

const before = 'sk-made-here-0123456789abcdefWXYZ';
const after = 'sk-another-one-9876543210zyxwABCD';

async function upstream(): Promise<ScriptedUpstream> {
  const started = await startUpstream(polite);
  onTestFinished(() => started[Symbol.asyncDispose]());
  return started;
}

/** The text that came, chunk by chunk, until `[DONE]`. */
async function rest(reader: ReadableStreamDefaultReader<Uint8Array>, begun: string): Promise<string> {
  const decoder = new TextDecoder();
  let whole = begun;
  for (;;) {
    const { value, done: ended } = await reader.read();
    if (ended) return whole;
    whole += decoder.decode(value, { stream: true });
  }
}

describe('a stream under way, while its provider', { timeout: 120_000 }, () => {
  test.each<[string, (admin: AdminStand, next: ScriptedUpstream) => Promise<unknown>, number]>([
    [
      'gets another address and another key',
      (admin, next) => admin.call('PATCH', '/providers/mine', { base_url: next.url, api_key: after }),
      200,
    ],
    [
      'is removed with its model',
      async (admin) => {
        expect((await admin.call('DELETE', '/models/mine-1')).status).toBeLessThan(300);
        return admin.call('DELETE', '/providers/mine');
      },
      404,
    ],
  ])('%s, goes on to its end; the next request sees the change', async (_, change, status) => {
    const [first, next] = [await upstream(), await upstream()];
    const admin = await startAdmin();
    onTestFinished(() => admin[Symbol.asyncDispose]());
    await admin.post('/providers', {
      name: 'mine',
      type: 'openai-compatible',
      base_url: first.url,
      api_key: before,
    });
    await admin.post('/models', { name: 'mine-1', route: [[{ provider: 'mine', model: 'up-1' }]] });
    await admin.post('/prices', { model: 'mine-1', terms: { input: 1, output: 2 } });

    const changed = Promise.withResolvers<void>();
    first.next(
      stream([roleChunk, text('Before '), changed.promise, text('and after.'), finish(), usageChunk(), done]),
    );
    const answer = await admin.gateway.chat(ask({ model: 'mine-1', stream: true }));
    const reader = answer.body?.getReader();
    if (!reader) throw new Error('no stream came');
    let begun = '';
    while (!begun.includes('Before ')) begun += new TextDecoder().decode((await reader.read()).value);

    const generation = admin.gateway.gateway.config.generation;
    expect(await change(admin, next)).toMatchObject({
      status: expect.toSatisfy((code: number) => code < 300),
    });
    expect(admin.gateway.gateway.config.generation).toBeGreaterThan(generation);
    const second = await admin.gateway.chat(ask({ model: 'mine-1' }));
    await second.text();
    expect(second.status).toBe(status);
    expect(next.requests.map(({ headers }) => headers.authorization)).toEqual(
      status === 200 ? [`Bearer ${after}`] : [],
    );

    changed.resolve();
    const whole = await rest(reader, begun);
    expect(whole).toContain('and after.');
    expect(whole.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(first.requests).toHaveLength(1);
    expect(await first.last().closed).toBe('finished');
    expect(first.last().headers.authorization).toBe(`Bearer ${before}`);
    const rows = await admin.gateway.ledger();
    // 10 tokens at 1 and 5 at 2 USD a million: the price the stream began with.
    expect(rows.find(({ stream: streamed }) => streamed)).toMatchObject({
      state: 'settled',
      provider: 'mine',
      cost: 20_000n,
    });
  });
});
