// More clients at once than the gateway accepts in that moment: the system keeps them, so that they wait for the gateway and not for
// the second and third try of their own system, seconds later.
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../ledger/fixtures.ts';
import { serveProcess } from '../support/serve-process.ts';

const clients = 1_500;

test.for(['1', '2'])(
  'fifteen hundred connections wait; TOLLGATE_WORKERS=%s',
  {
    timeout: 120_000,
  },
  async (workers, context) => {
    const allowed = await readFile('/proc/sys/net/core/somaxconn', 'utf8').catch(() => '0');
    context.skip(Number(allowed) < clients, 'needs Linux with room for them: net.core.somaxconn');
    await using gateway = await serveProcess({
      data: temporaryFolder(),
      environment: { TOLLGATE_WORKERS: workers, TOLLGATE_LOCAL_MODEL: 'off' },
    });
    const { hostname, port } = new URL(gateway.url);
    gateway.child.kill('SIGSTOP');
    let connected = 0;
    const sockets = Array.from({ length: clients }, () =>
      connect({ host: hostname, port: Number(port) })
        .on('connect', () => connected++)
        .on('error', () => undefined),
    );
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    await expect.poll(() => connected).toBe(clients);
    gateway.child.kill('SIGCONT');
    await gateway.ready(60_000);
  },
);
