// The only list of migrations, in order.
import { firstTables } from './0001-first-tables.ts';
import { secretTables } from './0002-secrets.ts';
import { budgets } from './0003-budgets.ts';
import { prices } from './0004-prices.ts';
import { administration } from './0005-administration.ts';
import { idempotency } from './0006-idempotency.ts';
import { members } from './0007-members.ts';
import { requestDetails } from './0008-request-details.ts';
import { playgroundKeys } from './0009-playground-keys.ts';
import { routing } from './0010-routing.ts';
import { usageDays } from './0011-usage-days.ts';
import { lentSecrets } from './0012-lent-secrets.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [
  firstTables,
  secretTables,
  budgets,
  prices,
  administration,
  idempotency,
  members,
  requestDetails,
  playgroundKeys,
  routing,
  usageDays,
  lentSecrets,
];
