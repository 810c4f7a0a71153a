// A worker's line to the store, which another process has: batches of its ledger writer and queries go there as messages, and
// answers come back. Knows no SQL and no process.
import { StoreError } from '../../core/store.ts';
import type { QueryRunner } from '../sql/query-runner.ts';
import type { BatchOutcome, Row } from '../sqlite/messages.ts';
import { type LedgerLine, openLedgerLine } from './ledger-line.ts';
import type { FromServingWorker, StoreState, ToServingWorker } from './messages.ts';
import type { BatchLink } from './shared-link.ts';

export interface ServingLink extends BatchLink {
  /** For what no request waits for. */
  readonly usual: QueryRunner;
  readonly quick: QueryRunner;
  /** Why the ledger cannot be written now, as the store's process said. */
  failure(): string | undefined;
  receive(message: ToServingWorker): void;
  [Symbol.dispose](): void;
}

/** Questions that may wait for a process that has stopped to answer; a worker this far behind must refuse instead of growing. */
const mostQuestions = 10_000;

interface Question {
  readonly resolve: (results: Row[][]) => void;
  readonly reject: (error: StoreError) => void;
}

/** `state`: as it was when this worker was started. Rejects when it names a line that cannot be opened. */
export async function openServingLink(
  send: (message: FromServingWorker) => void,
  state: StoreState,
): Promise<ServingLink> {
  const questions = new Map<number, Question>();
  let asked = 0;
  let batchDone: ((outcome: BatchOutcome) => void) | undefined;
  let current = state;

  function runner(quick: boolean): QueryRunner {
    return {
      query: (queries) =>
        new Promise((resolve, reject) => {
          if (questions.size >= mostQuestions) {
            reject(
              new StoreError('store_failed', 'The store cannot keep up: too many questions wait for it.'),
            );
            return;
          }
          const id = ++asked;
          questions.set(id, { resolve, reject });
          send({ kind: 'queries', id, quick, queries });
        }),
    };
  }

  function answered(id: number): Question | undefined {
    const question = questions.get(id);
    questions.delete(id);
    return question;
  }

  function hearOutcome({ metersContent = current.metersContent }: BatchOutcome): void {
    if (metersContent !== current.metersContent) current = { ...current, metersContent };
  }

  const line: LedgerLine | undefined = state.line && (await openLedgerLine(state.line, hearOutcome));

  return {
    usual: runner(false),
    quick: runner(true),
    metersContent: () => current.metersContent,
    failure: () => current.failure ?? line?.failure(),
    sendBatch(batch, done) {
      if (line) {
        line.sendBatch(batch, done);
        return;
      }
      batchDone = done;
      send({ kind: 'batch', batch });
    },
    receive(message) {
      switch (message.kind) {
        case 'outcome': {
          const done = batchDone;
          batchDone = undefined;
          done?.(message.outcome);
          return;
        }
        case 'rows':
          answered(message.id)?.resolve(message.results as Row[][]);
          return;
        case 'queries-failed':
          answered(message.id)?.reject(new StoreError(message.code, message.message));
          return;
        case 'state':
          current = message.state;
      }
    },
    [Symbol.dispose]: () => line?.[Symbol.dispose](),
  };
}
