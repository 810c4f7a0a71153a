// Conversations of the past, kept in this browser and nowhere else: a database of the origin, one for each member, so that people
// who share a browser do not see each other's.
import type { Session } from '../conversation/session.ts';
import { pathOf } from '../conversation/thread.ts';

export interface HistoryEntry {
  readonly id: string;
  readonly title: string;
  readonly models: readonly string[];
  /** Unix ms. */
  readonly updatedAt: number;
}

export interface History {
  /** Newest first. */
  list(): Promise<readonly HistoryEntry[]>;
  read(id: string): Promise<Session | undefined>;
  save(session: Session): Promise<void>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
}

interface Row extends HistoryEntry {
  readonly session: Session;
}

const store = 'conversations';
const mostKept = 200;
const longestTitle = 80;

export function createHistory(factory: IDBFactory, owner: string): History {
  let opened: Promise<IDBDatabase> | undefined;

  function database(): Promise<IDBDatabase> {
    opened ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = factory.open(`tollgate-playground-${owner}`, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(store, { keyPath: 'id' }).createIndex('updatedAt', 'updatedAt');
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  async function run<T>(
    mode: IDBTransactionMode,
    work: (rows: IDBObjectStore) => IDBRequest<T> | undefined,
  ): Promise<T | undefined> {
    const transaction = (await database()).transaction(store, mode);
    const request = work(transaction.objectStore(store));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  return {
    list: async () => {
      const rows = ((await run('readonly', (all) => all.index('updatedAt').getAll())) ?? []) as Row[];
      return rows.reverse().map(({ session: _, ...entry }) => entry);
    },
    read: async (id) => ((await run('readonly', (all) => all.get(id))) as Row | undefined)?.session,
    save: async (session) => {
      await run('readwrite', (all) => {
        all.put(rowOf(session));
        // The oldest make room.
        const count = all.count();
        count.onsuccess = () => {
          let tooMany = count.result - mostKept;
          if (tooMany <= 0) return;
          const cursor = all.index('updatedAt').openCursor();
          cursor.onsuccess = () => {
            if (!cursor.result || tooMany-- <= 0) return;
            cursor.result.delete();
            cursor.result.continue();
          };
        };
        return undefined;
      });
    },
    remove: async (id) => void (await run('readwrite', (all) => all.delete(id))),
    clear: async () => void (await run('readwrite', (all) => all.clear())),
  };
}

function rowOf(session: Session): Row {
  return {
    id: session.id,
    title: titleOf(session),
    models: session.lanes.map(({ model }) => model),
    updatedAt: session.updatedAt,
    session,
  };
}

export function titleOf(session: Session): string {
  const [lane] = session.lanes;
  const first = lane && pathOf(lane.thread).find(({ turn }) => turn.role === 'user')?.turn;
  const text = first?.role === 'user' ? first.text.trim().replace(/\s+/g, ' ') : '';
  if (text === '') return first?.role === 'user' && first.images.length > 0 ? 'Image' : 'Untitled';
  return text.length > longestTitle ? `${[...text].slice(0, longestTitle).join('')}…` : text;
}
