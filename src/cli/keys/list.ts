// The list of keys for the terminal, or as JSON: what each may do and what it did this month.
import type { KeyActivity } from '../../core/accounts.ts';
import { formatUsd } from '../../core/money.ts';
import type { StoredKey } from '../../core/store.ts';
import { formatTable } from '../table.ts';

/** `activity`: since the month began in UTC. `now`: Unix ms. */
export function printKeys(
  keys: readonly StoredKey[],
  activity: ReadonlyMap<string, KeyActivity>,
  now: number,
  json: boolean,
): void {
  if (json) {
    const shown = keys.map(({ hash: _hash, ...key }) => {
      const { lastUsedAt, spent = 0n } = activity.get(key.id) ?? {};
      return {
        ...key,
        ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
        spentUsd: formatUsd(spent),
        spentNanousd: String(spent),
      };
    });
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  } else if (keys.length === 0) {
    process.stdout.write('There are no keys yet. `tollgate keys create` makes one.\n');
  } else {
    const rows = keys.map((key) => [
      key.id,
      key.name,
      key.projectName,
      key.preview,
      statusOf(key, now),
      dayOf(key.createdAt),
      key.expiresAt === undefined ? 'never' : dayOf(key.expiresAt),
      usedOf(activity.get(key.id)),
      `$${formatUsd(activity.get(key.id)?.spent ?? 0n)}`,
      key.models?.join(',') ?? 'all',
      key.allowedIps?.join(',') ?? 'anywhere',
    ]);
    const header = [
      'ID',
      'NAME',
      'PROJECT',
      'KEY',
      'STATUS',
      'CREATED',
      'EXPIRES',
      'LAST USED',
      'THIS MONTH',
    ];
    process.stdout.write(formatTable([...header, 'MODELS', 'FROM'], rows));
  }
}

function statusOf(key: StoredKey, now: number): string {
  const expired = key.status === 'active' && key.expiresAt !== undefined && key.expiresAt <= now;
  return expired ? 'expired' : key.status;
}

function usedOf(activity: KeyActivity | undefined): string {
  return activity?.lastUsedAt === undefined ? 'never' : dayOf(activity.lastUsedAt);
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
