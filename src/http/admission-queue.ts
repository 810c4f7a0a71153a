// How many connections wait to be accepted. The event loop takes one a turn, so that under load they queue in the system, where no turn
// is any longer for it. Linux tells; elsewhere nobody knows.
import { type FileHandle, open } from 'node:fs/promises';

export interface ConnectionQueue {
  /** What was seen last; 0 where that is too long ago to be true. */
  waiting(now: number): number;
  /** Looks again, unless it is looking or has looked less than `everyMs` ago. */
  refresh(port: number | undefined, now: number, everyMs: number): void;
}

/** Turns may be long. */
const staleMs = 3000;
/** Sockets that listen are the first in the list, 150 bytes each. */
const headBytes = 32 * 1024;

export function createConnectionQueue(
  tables: readonly string[] = ['/proc/self/net/tcp', '/proc/self/net/tcp6'],
): ConnectionQueue {
  let seen = 0;
  let seenAt = Number.NEGATIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking = false;

  async function look(port: number): Promise<void> {
    const heads = await Promise.all(tables.map(headOf));
    seen = heads.reduce((sum, head) => sum + waitingAt(head, port), 0);
  }

  return {
    waiting: (now) => (now - seenAt < staleMs ? seen : 0),
    refresh(port, now, everyMs) {
      if (port === undefined || looking || now - lookedAt < everyMs) return;
      looking = true;
      lookedAt = now;
      void look(port).then(() => {
        looking = false;
        seenAt = now;
      });
    },
  };
}

/** Empty where there is none. */
async function headOf(table: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(table);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(headBytes), 0, headBytes, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } catch {
    return '';
  } finally {
    await file?.close();
  }
}

/**
 * proc_net_tcp(5): `sl local_address rem_address st tx_queue:rx_queue …`; state `0A` listens, and its `rx_queue` are the
 * connections that nobody has accepted yet.
 */
export function waitingAt(table: string, port: number): number {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const row = new RegExp(`^ *\\d+: [0-9A-F]+:${hexPort} [0-9A-F]+:[0-9A-F]+ 0A [0-9A-F]+:([0-9A-F]+) `, 'gm');
  let waiting = 0;
  for (const [, queued = '0'] of table.matchAll(row)) waiting += Number.parseInt(queued, 16);
  return waiting;
}
