import pino from 'pino';
import { expect, it } from 'vitest';
import { createStoreObserver } from './store-problems.ts';

it('tells good news as news, and bad ones with a word on what to do', () => {
  const written: Record<string, unknown>[] = [];
  const report = createStoreObserver(
    pino({ level: 'info' }, { write: (line) => written.push(JSON.parse(line)) }),
  );
  report({ kind: 'settle-spooled', settlements: 3, reason: 'connection refused' });
  report({ kind: 'spool-replayed', settlements: 3 });
  report({ kind: 'settle-lost', id: 'req_1', reason: 'disk full' });
  expect(written).toMatchObject([
    { level: 40, event: 'settle-spooled', settlements: 3, reason: 'connection refused' },
    { level: 30, event: 'spool-replayed', settlements: 3, msg: expect.stringContaining('back') },
    { level: 50, event: 'settle-lost', id: 'req_1' },
  ]);
});
