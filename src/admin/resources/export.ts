// `/ledger/export`: the rows of the ledger as a file, streamed, however many they are.
import { Readable } from 'node:stream';
import { type ExportFormat, exportHead, exportRow } from '../../accounts/ledger-export.ts';
import type { Projects } from '../../accounts/projects.ts';
import type { Clock } from '../../core/clock.ts';
import type { RequestFilter, RequestReader } from '../../core/request-search.ts';
import * as contract from '../contract/ledger.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { isoTime } from '../times.ts';
import { requestFilterOf } from './requests.ts';

export interface ExportParts {
  readonly reader: RequestReader;
  readonly projects: Projects;
  readonly clock: Clock;
}

const pageRows = 1000;
const types: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
};

export function exportEndpoints({ reader, projects, clock }: ExportParts): Endpoint[] {
  return [
    endpoint({
      resource: 'ledger',
      method: 'GET',
      path: '/ledger/export',
      summary: 'The ledger as CSV or JSON Lines, newest first',
      description:
        'With the filters of `/requests` and the columns of `tollgate ledger export`. Cells that a spreadsheet would take for a formula are quoted. Rows that are made while it is written may be missing; `tollgate ledger export` is of one moment.',
      query: contract.ExportQuery,
      status: 200,
      handle: async ({ query }) => {
        const now = clock.now();
        const filter = await requestFilterOf(query, projects, now);
        const format = query.format ?? 'jsonl';
        return {
          file: {
            type: types[format],
            name: `tollgate-ledger-${isoTime(now).slice(0, 10)}.${format}`,
            content: Readable.from(pieces(reader, filter, format)),
          },
        };
      },
    }),
  ];
}

async function* pieces(
  reader: RequestReader,
  filter: RequestFilter,
  format: ExportFormat,
): AsyncGenerator<string> {
  const head = exportHead(format);
  if (head !== '') yield head;
  let cursor: string | undefined;
  do {
    const page = await reader.search(filter, {
      limit: pageRows,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (page.items.length > 0) yield page.items.map((row) => exportRow(row, format)).join('');
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
