// `tollgate ledger verify`: runs the checks and tells what differs.
import type { Finding } from '../../accounts/ledger-finding.ts';
import { type Verification, verifyLedger } from '../../accounts/ledger-verify.ts';
import type { LedgerSnapshot } from '../../core/ledger-snapshot.ts';
import { paint } from '../paint.ts';
import { formatTable } from '../table.ts';

/** Findings that are listed for people; `--json` has up to 1,000. */
const mostListed = 100;
const progressMs = 200;

/** The exit code: 1 when something differs. */
export async function verify(snapshot: LedgerSnapshot, json: boolean): Promise<number> {
  const progress = createProgress();
  const result = await verifyLedger(snapshot, { onProgress: progress.rows });
  progress.done();
  process.stdout.write(json ? `${JSON.stringify(toJson(result), null, 2)}\n` : told(result));
  return result.wrong === 0 ? 0 : 1;
}

function toJson(result: Verification): object {
  const { unpriced, skippedCounters, wrong, horizon, findings, ...counts } = result;
  return {
    ok: wrong === 0,
    ...counts,
    unpriced,
    skipped_counters: skippedCounters,
    ...(horizon === undefined ? {} : { horizon: new Date(horizon).toISOString() }),
    wrong,
    findings,
  };
}

function told(result: Verification): string {
  const { rows, held, counters, unpriced, skippedCounters, horizon, findings, wrong } = result;
  const lines = [
    `${count(rows, 'row')} (${held} held), ${count(counters, 'counter')} of limits.`,
    ...(horizon === undefined
      ? []
      : [
          `Rows of before ${new Date(horizon).toISOString()} may have been deleted; their sums per hour are kept.`,
        ]),
    ...(unpriced === 0
      ? []
      : [`${count(unpriced, 'row')} of before prices were kept could not be recomputed.`]),
    ...(skippedCounters === 0
      ? []
      : [
          `${count(skippedCounters, 'counter')} reach back to deleted rows in a way that only those could prove.`,
        ]),
  ];
  if (wrong === 0) return `${paint('bold', 'The books balance.')} ${lines.join('\n')}\n`;
  const table = formatTable(
    ['KIND', 'ID', 'WHAT', 'EXPECTED', 'FOUND'],
    findings
      .slice(0, mostListed)
      .map((finding: Finding) => [finding.kind, finding.id, finding.what, finding.expected, finding.found]),
  );
  const more = wrong > mostListed ? `… and ${wrong - mostListed} more.\n` : '';
  return `${paint('bold', `${count(wrong, 'difference')} found.`)} ${lines.join('\n')}\n\n${table}${more}`;
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

/** On a terminal only; a log needs no moving numbers. */
function createProgress(): { rows(rows: number): void; done(): void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { rows: () => {}, done: () => {} };
  let last = performance.now();
  return {
    rows(rows) {
      if (performance.now() - last < progressMs) return;
      last = performance.now();
      stderr.write(`\r${count(rows, 'row')} checked …`);
    },
    done: () => stderr.write('\r\u001b[K'),
  };
}
