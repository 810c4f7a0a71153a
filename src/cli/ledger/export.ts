// `tollgate ledger export`: rows to stdout, a page at a time, as fast as the reader takes them.
import { once } from 'node:events';
import { type ExportFormat, exportFormats, exportHead, exportRow } from '../../accounts/ledger-export.ts';
import type { FactFilter, LedgerSnapshot } from '../../core/ledger-snapshot.ts';
import { UsageError } from '../command.ts';

const pageSize = 1_000;

export interface ExportOptions {
  readonly format: ExportFormat;
  readonly filter: FactFilter;
}

type Flags = {
  readonly [name in 'format' | 'from' | 'to' | 'key' | 'model' | 'project']?: string | undefined;
};

/** Throws UsageError. */
export function exportOptionsOf({ format, from, to, key, model, project }: Flags): ExportOptions {
  const chosen = exportFormats.find((name) => name === format);
  if (!chosen) {
    throw new UsageError(
      format ? `there is no format \`${format}\`: csv or jsonl.` : 'say --format csv or --format jsonl.',
    );
  }
  const filter = {
    from: momentOf('from', from),
    to: momentOf('to', to),
    keyId: key,
    model,
    projectId: project,
  };
  if (filter.from !== undefined && filter.to !== undefined && filter.from >= filter.to) {
    throw new UsageError('--from must lie before --to.');
  }
  return { format: chosen, filter };
}

function momentOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const wellFormed = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text);
  const moment = wellFormed ? Date.parse(text) : Number.NaN;
  // Date.parse takes the 31st of February for the 3rd of March.
  const sameDay =
    !Number.isNaN(moment) && (text.length > 10 || new Date(moment).toISOString().startsWith(text));
  if (!sameDay) {
    throw new UsageError(`--${flag} takes a day in UTC (2026-11-01) or a moment (2026-11-01T12:00:00Z).`);
  }
  return moment;
}

export async function exportLedger(
  snapshot: LedgerSnapshot,
  { format, filter }: ExportOptions,
  output: NodeJS.WritableStream = process.stdout,
): Promise<number> {
  // A reader that has seen enough (`| head`) closes its end: that is no failure.
  let closed = false;
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closed = true;
  };
  output.on('error', onError);
  try {
    output.write(exportHead(format));
    for (let after: string | undefined; ; ) {
      const page = await snapshot.facts(filter, after, pageSize);
      const text = page.map((row) => exportRow(row, format)).join('');
      if (text !== '' && !output.write(text) && !closed) {
        await Promise.race([once(output, 'drain'), once(output, 'close')]).catch(onError);
      }
      if (closed || page.length < pageSize) return 0;
      after = page.at(-1)?.id;
    }
  } finally {
    output.off('error', onError);
  }
}
