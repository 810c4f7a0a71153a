// Tollgate as its users start it: `serve` with a data folder, a key, two limits, the ledger in SQLite, metrics on.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { packageVersion } from '../../src/core/version.ts';
import { apiKey, metricsToken, startGateway } from '../gateway.ts';
import { publicModel } from '../wire.ts';
import { type BookRow, chatPath, type PeerKind } from './peer.ts';

export const tollgate: PeerKind = {
  name: 'tollgate',
  title: 'Tollgate',
  duties: {
    keys: 'hashed keys, checked in the store',
    limits:
      'a monthly budget, and requests per minute for each key; the worst case is reserved before the call',
    ledger:
      'a row per request in SQLite, flushed to the disk before the call; a line of the log; `/metrics` scraped',
  },
  hasBudget: true,
  install: async () => packageVersion(),
  async start({ upstream, data, place, budget, workers = 1 }) {
    const started = await startGateway({ dataFolder: data, upstream, place, budget, workers });
    const { pid, found } = started;
    return {
      pid,
      target: {
        url: found,
        path: chatPath,
        headers: { authorization: `Bearer ${apiKey}` },
        model: publicModel,
      },
      async scrape() {
        const answer = await fetch(`${found}/metrics`, {
          headers: { authorization: `Bearer ${metricsToken}` },
        });
        const page = await answer.text();
        if (answer.status !== 200) throw new Error(`/metrics: ${answer.status} ${page}`);
      },
      [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
    };
  },
  readRows,
};

function readRows(data: string): BookRow[] {
  using database = new DatabaseSync(join(data, 'tollgate.sqlite'), { readOnly: true });
  const rows = database
    .prepare('select id, state, input_tokens, output_tokens, cost_nanousd from requests order by id')
    .all();
  return rows.map((row) => ({
    id: String(row.id),
    cost: Number(row.cost_nanousd) / 1e9,
    ...(row.input_tokens === null ? {} : { promptTokens: Number(row.input_tokens) }),
    ...(row.output_tokens === null ? {} : { completionTokens: Number(row.output_tokens) }),
  }));
}
