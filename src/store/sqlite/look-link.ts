// A second connection, on a thread of its own, for looks at the ledger that take their time: sums over a year must not hold up
// a batch. It is opened with the first look, sees what is committed, and never writes.
import { StoreError } from '../../core/store.ts';
import type { CompiledQuery, QueryRunner } from '../sql/query-runner.ts';
import type { WorkerLink } from './worker-link.ts';

export interface LookLink extends QueryRunner {
  /** `now`: Unix ms. */
  close(now: number): Promise<void>;
}

export function createLookLink(open: () => Promise<WorkerLink>): LookLink {
  let opening: Promise<WorkerLink> | undefined;
  let closed = false;

  async function link(): Promise<WorkerLink> {
    if (closed) throw new StoreError('store_failed', 'The store is closed.');
    opening ??= open();
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  }

  return {
    query: async (queries: readonly CompiledQuery[]) => (await link()).query(queries),
    close: async (now) => {
      closed = true;
      const opened = await opening?.catch(() => undefined);
      await opened?.close(now);
    },
  };
}
