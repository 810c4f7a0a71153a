// What the store could not do, or did after all -> log lines for the operator: how bad it is, and whether there is something to do.
import type { Logger } from 'pino';
import type { StoreProblem } from '../core/store.ts';

type Line = readonly [level: 'info' | 'warn' | 'error', sentence: string];

const lines: Readonly<Record<StoreProblem['kind'], Line>> = {
  'settle-retrying': [
    'warn',
    'settlements of finished requests could not be written; they are tried again until they are. See to the database or its disk',
  ],
  'settle-unknown-id': [
    'error',
    'a settlement has no row in the ledger, so nothing was charged for it. Was the database replaced while the gateway ran?',
  ],
  'settle-lost': [
    'error',
    'a settlement was not written and never will be; its row is closed at its last checkpoint by the next start',
  ],
  'settle-spooled': [
    'warn',
    'the database is away: settlements wait in a file of the data folder, which outlives a restart, and are written when it is back',
  ],
  'spool-replayed': ['info', 'the database is back: the settlements that waited are written'],
  'node-declared-dead': [
    'warn',
    'another node took this one for dead, after it was silent too long; it goes on as a new run. Was the process stopped, or cut off?',
  ],
  'node-recovered': ['warn', 'a node fell silent; its open requests were closed at their last checkpoints'],
  'store-failed': ['error', 'the database connection failed; it is opened again'],
};

/** Must not throw: a store tells of its problems in the middle of its work. */
export function createStoreObserver(log: Logger): (problem: StoreProblem) => void {
  return ({ kind, ...facts }) => {
    const [level, sentence] = lines[kind];
    log[level]({ event: kind, ...facts }, sentence);
  };
}
