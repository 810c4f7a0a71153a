// Requests as they happen: every new and every changed one reaches whoever looks, by the filters of the list, and nobody keeps
// a gateway from shutting down.
import { describe, expect, onTestFinished, test } from 'vitest';
import { noPostgres, startPostgres } from '../support/postgres.ts';
import { readEvents, type StreamEvent } from '../support/read-admin-events.ts';
import type { Json } from '../support/scripted-upstream.ts';
import { ask } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

async function look(admin: AdminStand, query = ''): Promise<{ events: StreamEvent[]; ended: Promise<void> }> {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const response = await fetch(`${admin.gateway.url}/admin/v1/requests/live${query}`, {
    headers: { authorization: `Bearer ${admin.token}` },
    signal: controller.signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('content-disposition')).toBeNull();
  const events: StreamEvent[] = [];
  const ended = readEvents(response, (event) => events.push(event));
  await expect.poll(() => events[0]?.event, { timeout: 10_000 }).toBe('ready');
  return { events, ended };
}

/** All that was said of one request, in order. */
const statesOf = (events: readonly StreamEvent[], id: string) =>
  events.flatMap(({ data }) =>
    (data.data ?? []).filter((row: Json) => row.id === id).map(({ state }: Json) => state),
  );

async function heldRequest(admin: AdminStand): Promise<{ id: string; finish: () => Promise<void> }> {
  let release = () => {};
  const open = new Promise<void>((resolve) => {
    release = resolve;
  });
  admin.upstream.next(async (answer) => {
    await open;
    answer.head(200, { 'content-type': 'application/json' });
    const choices = [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }];
    const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
    answer.end(
      JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage }),
    );
  });
  const running = admin.gateway.chat(ask());
  await expect
    .poll(async () => (await admin.get('/requests?state=held')).data.length, { timeout: 10_000 })
    .toBe(1);
  const [{ id }] = (await admin.get('/requests?state=held')).data;
  return {
    id,
    async finish() {
      release();
      await (await running).text();
    },
  };
}

const places = [
  ['SQLite', async () => startAdmin()],
  [
    'PostgreSQL',
    async () => {
      const server = await startPostgres();
      onTestFinished(() => server[Symbol.asyncDispose]());
      return startAdmin({ databaseUrl: await server.createDatabase() });
    },
  ],
] as const;

for (const [name, start] of places) {
  describe.skipIf(name === 'PostgreSQL' && noPostgres)(`on ${name}`, { timeout: 120_000 }, () => {
    test('held, then settled, with names and cost; what was there before is no news', async () => {
      const admin = await start();
      onTestFinished(() => admin[Symbol.asyncDispose]());
      await (await admin.gateway.chat(ask())).text();
      const before = await admin.gateway.row();
      const { events } = await look(admin);
      const held = await heldRequest(admin);
      await expect.poll(() => statesOf(events, held.id), { timeout: 10_000 }).toEqual(['held']);
      await held.finish();
      await expect.poll(() => statesOf(events, held.id), { timeout: 10_000 }).toEqual(['held', 'settled']);
      expect(events.at(-1)?.data).toMatchObject({
        more: false,
        data: [{ id: held.id, key_name: 'first key', project: 'default', cost_nanousd: '13000' }],
      });
      expect(statesOf(events, before.id)).toEqual([]);
    });

    test('by the filters of the list, and one that was held for long is seen to its end', async () => {
      const admin = await start();
      onTestFinished(() => admin[Symbol.asyncDispose]());
      const held = await heldRequest(admin);
      const free = await look(admin, '?model=free-model');
      const settled = await look(admin, '?state=settled&min_cost=0.000001');
      await held.finish();
      await (await admin.gateway.chat(ask({ model: 'free-model' }))).text();
      const row = await admin.gateway.row();
      await expect.poll(() => statesOf(free.events, row.id).at(-1), { timeout: 10_000 }).toBe('settled');
      await expect.poll(() => statesOf(settled.events, held.id), { timeout: 10_000 }).toEqual(['settled']);
      expect(statesOf(free.events, held.id)).toEqual([]);
      expect(statesOf(settled.events, row.id)).toEqual([]);
    });
  });
}

test('ends when the gateway shuts down, which waits for nobody who looks', async () => {
  const admin = await startAdmin({ server: { shutdown_grace: '60s' } });
  const { ended } = await look(admin);
  const before = performance.now();
  await admin[Symbol.asyncDispose]();
  await ended;
  expect(performance.now() - before).toBeLessThan(30_000);
}, 90_000);

test('needs the token, takes HEAD, and knows its filters', async () => {
  const admin = await startAdmin();
  onTestFinished(() => admin[Symbol.asyncDispose]());
  expect((await admin.call('HEAD', '/requests/live')).status).toBe(200);
  expect((await admin.call('GET', '/requests/live', undefined, { authorization: 'Bearer x' })).status).toBe(
    401,
  );
  expect((await admin.call('GET', '/requests/live?state=lost')).status).toBe(400);
});

test('fifty at a time, and the next is told so', async () => {
  const admin = await startAdmin();
  onTestFinished(() => admin[Symbol.asyncDispose]());
  await Promise.all(Array.from({ length: 50 }, () => look(admin)));
  const refused = await admin.call('GET', '/requests/live');
  expect(refused).toMatchObject({ status: 503, body: { error: { code: 'overloaded' } } });
}, 60_000);
