// What one provider of a route has no word for: another one answers, and where none could, the client is told before anything is
// held.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Json, polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway, upstreamKey } from '../support/start-gateway.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(polite);
  const provider = (type: string) => ({ type, base_url: upstream.url, api_key: upstreamKey });
  const claude = { provider: 'claude', model: 'claude-sonnet-4-6' };
  const google = { provider: 'google', model: 'gemini-3-pro' };
  gateway = await startGateway({ upstreams: [upstream.url] });
  await gateway.configure({
    providers: {
      claude: provider('anthropic'),
      google: provider('gemini'),
      open: provider('openai-compatible'),
    },
    models: {
      claude: { price: 'free', route: [[claude]] },
      google: { price: 'free', route: [[google]] },
      both: { price: 'free', route: [[claude], [google], [{ provider: 'open', model: 'm' }]] },
    },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const file = (type: string) => ({
  messages: [
    {
      role: 'user',
      content: [{ type: 'file', file: { filename: 'a', file_data: `data:${type};base64,QUFB` } }],
    },
  ],
});
const called = (call: Json) => ({
  messages: [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', ...call }] },
    { role: 'tool', tool_call_id: 'call_1', content: 'b' },
  ],
});

test.each<[string, string, Json]>([
  ['claude', 'messages[0].content[0].file', file('application/zip')],
  ['claude', 'tools[0].type', { tools: [{ type: 'custom', custom: { name: 'c' } }] }],
  ['google', 'tools[0].type', { tools: [{ type: 'custom', custom: { name: 'c' } }] }],
  ['google', 'messages[1].tool_calls[0].type', called({ type: 'custom', custom: { name: 'c', input: 'x' } })],
  [
    'claude',
    'messages[1].tool_calls[0].function.arguments',
    called({ type: 'function', function: { name: 'f', arguments: 'no JSON' } }),
  ],
])('%s: %s', async (model, param, members) => {
  const rows = (await gateway.ledger()).length;
  const asked = upstream.requests.length;
  const alone = await gateway.chat(ask({ model, ...members }));
  expect(alone.status).toBe(400);
  expect(await alone.json()).toMatchObject({ error: { type: 'invalid_request_error', param } });
  expect(upstream.requests.length).toBe(asked);
  expect((await gateway.ledger()).length).toBe(rows);
  const together = await gateway.chat(ask({ model: 'both', ...members }));
  expect(together.headers.get('x-tollgate-served-by')).toBe('open/m');
  await together.text();
});
