// Sessions over several nodes: one is good at each, and over at each when it ends; a stream that is open ends with it.
import { describe, expect, onTestFinished, test } from 'vitest';
import { noPostgres, startPostgres } from '../support/postgres.ts';
import { type Person, setUp, stranger } from './signed-in.ts';
import { type AdminStand, startAdmin } from './stand.ts';

async function start(databaseUrl?: string): Promise<AdminStand> {
  const admin = await startAdmin({
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    // As behind a load balancer: one name for all.
    server: { public_url: 'https://gateway.example.com', trusted_proxies: ['127.0.0.0/8'] },
  });
  onTestFinished(() => admin[Symbol.asyncDispose]());
  return admin;
}

const balancer = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'gateway.example.com' };

/** The same browser at another node: the balancer passes on the name that it was called by. */
function at(node: AdminStand, { cookies, csrf }: Person): Person {
  const person = stranger(node, balancer);
  const [, port = ''] = /:(\d+)$/.exec(node.gateway.url) ?? [];
  for (const [name, value] of cookies) person.cookies.set(name.replace(/_\d+$/, `_${port}`), value);
  person.csrf = csrf;
  return person;
}

describe.skipIf(noPostgres)('over PostgreSQL', { timeout: 180_000 }, () => {
  test('a session is good at each node, and over at each with the next request', async () => {
    const server = await startPostgres();
    onTestFinished(() => server[Symbol.asyncDispose]());
    const databaseUrl = await server.createDatabase();
    const one = await start(databaseUrl);
    const two = await start(databaseUrl);
    // The first start made the token.
    const ada = await setUp(one);
    const here = stranger(one, balancer);
    expect((await here.signIn('ada@example.com')).status).toBe(201);
    const there = at(two, here);
    expect((await there.call('GET', '/session')).body.member.email).toBe('ada@example.com');
    expect((await there.call('PATCH', '/session', { name: 'Ada of two' })).status).toBe(200);
    expect((await here.call('GET', '/session')).body.member.name).toBe('Ada of two');
    expect((await ada.call('DELETE', '/sessions?keep_current=true')).status).toBe(204);
    expect((await there.call('GET', '/session')).status).toBe(401);
    expect((await here.call('GET', '/session')).status).toBe(401);
  });
});

test('a stream that is open ends with its session', { timeout: 60_000 }, async () => {
  const admin = await start();
  const ada = await setUp(admin);
  const phone = stranger(admin);
  await phone.signIn('ada@example.com');
  const response = await fetch(`${admin.gateway.url}/admin/v1/requests/live`, {
    headers: { cookie: [...phone.cookies].map((pair) => pair.join('=')).join('; ') },
  });
  expect(response.status).toBe(200);
  const reader = response.body?.getReader();
  expect((await reader?.read())?.done).toBe(false);
  await ada.call('DELETE', '/sessions?keep_current=true');
  const ended = (async () => {
    for (;;) {
      const piece = await reader?.read().catch(() => undefined);
      if (piece === undefined || piece.done) return 'ended';
    }
  })();
  expect(await ended).toBe('ended');
});
