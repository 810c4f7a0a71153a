// A connection that is made anew after it was lost. While the database is away it says so at once instead of letting
// every caller wait for its own timeout.
import type { Client } from 'pg';
import { isConnectionLoss, messageOf } from './failure.ts';

const firstPauseMs = 100;
const longestPauseMs = 2_000;

export interface Line extends AsyncDisposable {
  /** The connection, made now if there is none. Rejects at once, with the last failure, for a moment after one. */
  client(): Promise<Client>;
  /** Gives up this connection: the next call makes another. */
  drop(client: Client): void;
  /** Why there is no connection; `undefined` while there is one, and before the first. */
  failure(): string | undefined;
}

export interface LineParts {
  readonly open: () => Promise<Client>;
  /** Monotonic ms. */
  readonly now: () => number;
}

export function createLine({ open, now }: LineParts): Line {
  let current: Client | undefined;
  let opening: Promise<Client> | undefined;
  let failed: { readonly error: unknown; readonly until: number } | undefined;
  let pauseMs = firstPauseMs;
  let closed = false;

  async function make(): Promise<Client> {
    try {
      const client = await open();
      if (closed) {
        await client.end();
        throw new Error('The store is closed.');
      }
      client.on('error', (error) => {
        if (current !== client) return;
        current = undefined;
        failed = { error, until: now() };
      });
      current = client;
      failed = undefined;
      pauseMs = firstPauseMs;
      return client;
    } catch (error) {
      failed = { error, until: now() + pauseMs };
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      throw error;
    } finally {
      opening = undefined;
    }
  }

  return {
    client: async () => {
      if (current) return current;
      if (closed) throw new Error('The store is closed.');
      if (opening) return opening;
      if (failed && now() < failed.until) throw failed.error;
      opening = make();
      return opening;
    },
    drop(client) {
      if (current === client) current = undefined;
      void client.end().catch(() => {});
    },
    failure: () => (current || !failed ? undefined : messageOf(failed.error)),
    async [Symbol.asyncDispose]() {
      closed = true;
      const client = current;
      current = undefined;
      await client?.end().catch(() => {});
    },
  };
}

/**
 * Runs work that may be done twice. A connection that was idle while the server restarted is found dead only when it is
 * used: then once more, on another.
 */
export async function onLine<T>(line: Line, work: (client: Client) => Promise<T>): Promise<T> {
  for (let again = true; ; again = false) {
    const client = await line.client();
    try {
      return await work(client);
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      line.drop(client);
      if (!again) throw error;
    }
  }
}
