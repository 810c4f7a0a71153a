// A way to a server that tests can cut: TCP in between, which passes bytes, or stops at a moment of the test's choosing.
// Imports no test runner.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface CuttableProxy extends AsyncDisposable {
  readonly port: number;
  /** Cuts every connection there is; new ones get through. */
  cut(): void;
  /** Nobody gets through until `open`. */
  close(): void;
  open(): void;
  /**
   * Cuts the connection on which the client sends `text` next: `before` it has gone through, or `after`, so that the server
   * does what it was told and its answer is lost. Resolves then.
   */
  cutAt(text: string, when: 'before' | 'after'): Promise<void>;
  /** Takes bytes and passes none, without closing anything: a network that swallows packets. */
  swallow(on: boolean): void;
}

export async function startCuttableProxy(target: number): Promise<CuttableProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let closed = false;
  let swallowing = false;
  let watched: { readonly text: string; readonly when: string; readonly done: () => void } | undefined;

  const server = createServer((client) => {
    if (closed) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    client.on('data', (bytes) => {
      if (swallowing) return;
      const hit = watched && bytes.includes(watched.text) ? watched : undefined;
      if (hit) watched = undefined;
      if (hit?.when === 'before') {
        end();
        hit.done();
        return;
      }
      if (hit) {
        upstream.write(bytes);
        // The client hears nothing from now on; the server gets what was written before it sees the end.
        client.off('close', end);
        pairs.delete(pair);
        client.destroy();
        upstream.end(() => hit.done());
        return;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!swallowing && !client.destroyed) client.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cut = () => {
    for (const [client, upstream] of pairs) {
      client.destroy();
      upstream.destroy();
    }
  };
  return {
    port: (server.address() as { port: number }).port,
    cut,
    close() {
      closed = true;
      cut();
    },
    open() {
      closed = false;
    },
    cutAt: (text, when) =>
      new Promise((done) => {
        watched = { text, when, done };
      }),
    swallow(on) {
      swallowing = on;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
