// What transactions of the ledger share.
import type { WindowOf } from '../../budgets/window.ts';
import type { UsageHourStatements } from '../sql/usage-hours.ts';
import type { LimitsInForce } from './limits.ts';

export interface LedgerParts {
  readonly limits: LimitsInForce;
  readonly windowOf: WindowOf;
  readonly hours: UsageHourStatements;
  /** Second of the hold, by the database's clock, of the rows this process has under way. */
  readonly seconds: Map<string, number>;
}
