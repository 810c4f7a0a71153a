// Questions of this process see what this process has handed to its ledger writer, though settlements wait a moment to be written.
import type { QueryRunner } from './query-runner.ts';

export interface CatchingUp {
  /** `undefined`: nothing waits. */
  caughtUp(): Promise<void> | undefined;
}

/** What was handed in before a question is in the database, or refused, before it is asked. */
export function readingOwnWrites(runner: QueryRunner, writer: CatchingUp): QueryRunner {
  return {
    query(queries) {
      const waiting = writer.caughtUp();
      return waiting ? waiting.then(() => runner.query(queries)) : runner.query(queries);
    },
  };
}
