// Requests as they happen, for whoever looks. While somebody does, one look in half a second at the newest rows and at those
// that were seen held serves all: it needs nothing of the writer, and sees what other nodes write. Nobody looking costs nothing.
import { Readable } from 'node:stream';
import type { Clock } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import { firstIdOf } from '../core/request-ids.ts';
import { matchesFilter } from '../core/request-match.ts';
import type { RequestFilter, RequestReader, RequestRow } from '../core/request-search.ts';
import { encodeEvent } from './event-stream.ts';
import { showRequest } from './show-request.ts';

export interface LiveParts {
  readonly reader: Pick<RequestReader, 'recent'>;
  readonly clock: Clock;
  /** The gateway is shutting down: nobody is kept waiting for. */
  readonly draining: () => boolean;
  readonly times?: Partial<LiveTimes>;
}

/** In ms. */
interface LiveTimes {
  readonly lookEvery: number;
  /** How old an id may be when its row is committed and still be seen; a row that is held is seen however old. */
  readonly window: number;
  readonly keepAlive: number;
  /** A stream ends after so long, and the client comes again: with a session that has ended, it does not get in. */
  readonly life: number;
}

const usualTimes: LiveTimes = { lookEvery: 500, window: 10_000, keepAlive: 15_000, life: 900_000 };
const mostClients = 50;
/** Rows of one look. */
const mostRows = 500;
/** Bytes that may wait for one client; a slower one is ended, and comes again. */
const mostWaiting = 4 * 1_048_576;

interface Client {
  readonly filter: RequestFilter;
  readonly stream: Readable;
  /** Monotonic ms. */
  readonly until: number;
  spokenAt: number;
  /** It was told that it misses nothing from now on. */
  ready: boolean;
}

/** Throws `overloaded` when too many look already. */
export type LiveRequests = (filter: RequestFilter) => Readable;

export function createLiveRequests({ reader, clock, draining, times }: LiveParts): LiveRequests {
  const { lookEvery, window, keepAlive, life } = { ...usualTimes, ...times };
  const clients = new Set<Client>();
  /** What was said of each row, while it may change or is new. */
  let known = new Map<string, string>();
  let held: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let looking = false;

  function end(client: Client): void {
    clients.delete(client);
    client.stream.push(null);
  }

  function say(client: Client, text: string): void {
    if (client.stream.readableLength > mostWaiting) {
      end(client);
      return;
    }
    client.spokenAt = clock.monotonic();
    client.stream.push(text);
  }

  /** `before`: what was known of the rows. */
  function tell(changed: readonly RequestRow[], before: ReadonlyMap<string, string>, more: boolean): void {
    const now = clock.monotonic();
    for (const client of [...clients]) {
      // What is there when somebody comes is no news.
      const news = client.ready ? changed : [];
      const rows = news.filter((row) => matchesFilter(row, client.filter));
      const gone = news.filter((row) => before.has(row.id) && !rows.includes(row)).map(({ id }) => id);
      if (!client.ready) {
        client.ready = true;
        say(client, encodeEvent('ready', {}));
      } else if (rows.length + gone.length > 0) {
        say(client, encodeEvent('requests', { data: rows.map(showRequest), gone, more }));
      } else if (now - client.spokenAt >= keepAlive) say(client, ': keep-alive\n\n');
      if (draining() || now >= client.until) end(client);
    }
  }

  async function look(): Promise<void> {
    const since = firstIdOf(clock.now() - window);
    const { rows, more } = await reader.recent({ from: since, ids: held, most: mostRows });
    const before = known;
    const changed = rows.filter((row) => before.get(row.id) !== signOf(row));
    const kept = rows.filter(({ id, state }) => state === 'held' || id >= since);
    known = new Map(kept.map((row) => [row.id, signOf(row)]));
    held = rows
      .filter(({ state }) => state === 'held')
      .map(({ id }) => id)
      .slice(0, mostRows);
    changed.sort((a, b) => (a.id < b.id ? 1 : -1));
    tell(changed, before, more);
  }

  async function turn(): Promise<void> {
    looking = true;
    try {
      await look();
    } catch {
      // The store is away. A stream that would go on in silence says nothing true: clients come again, and are told.
      for (const client of [...clients]) end(client);
    } finally {
      looking = false;
      schedule(lookEvery);
    }
  }

  function schedule(wait: number): void {
    if (clients.size === 0) {
      known = new Map();
      held = [];
      return;
    }
    if (looking || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      void turn();
    }, wait);
    timer.unref();
  }

  return function liveRequests(filter) {
    if (clients.size >= mostClients) {
      throw new TollgateError('overloaded', {
        values: {
          reason: `${mostClients} live views are open already`,
          retry: ' when one of them is closed',
        },
      });
    }
    const now = clock.monotonic();
    const stream = new Readable({ read() {} });
    const client: Client = { filter, stream, until: now + life, spokenAt: now, ready: false };
    const first = clients.size === 0;
    clients.add(client);
    stream.once('close', () => clients.delete(client));
    stream.push('retry: 1000\n\n');
    schedule(first ? 0 : lookEvery);
    return stream;
  };
}

/** Changes when the row does. */
function signOf({ state, recovered, checkpointAt = 0, cost = 0n }: RequestRow): string {
  return `${state} ${recovered} ${checkpointAt} ${cost}`;
}
