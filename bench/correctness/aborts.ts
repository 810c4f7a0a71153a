// Clients that leave: how much the upstream goes on writing for nobody, and what stands in the books afterwards.
import type { Entry, Field } from '../field.ts';
import { pause } from '../field.ts';
import { openConnection } from '../load/connection.ts';
import { requestBytes } from '../load/jobs.ts';
import { countDeltas, deltaMs, deltas } from '../wire.ts';

export interface AbortFigures {
  readonly clients: number;
  /** Tokens written after the client had left, mean of all clients; a whole answer has 64. */
  readonly streamTokens: number;
  readonly plainTokens: number;
  /** Of the requests, in the books; absent = keeps none. */
  readonly rows?: number;
  /** Rows with output tokens in them, and the mean of these; each client had got ten. */
  readonly rowsWithUsage?: number;
  readonly recordedTokens?: number;
}

const clients = 20;
/** Few enough that the slowest keeps up: a chunk that it has taken before its client left says nothing. */
const atOnce = 4;
/** A client of a stream leaves with this delta; one of a whole answer when as much has been written. */
const leavesAfter = 10;
/** Half a delta early, for the look at the tally comes late. */
const plainLeavesAfterMs = (leavesAfter - 0.5) * deltaMs;

export async function measureAborts(entry: Entry, field: Field): Promise<AbortFigures> {
  const name = entry.kind.name;
  // The ones that are not aborted show that the books are written at all.
  const before = entry.kind.readRows?.(entry.data).length ?? 0;
  for (const [kind, stream] of [['s', true] as const, ['p', false] as const]) {
    for (let first = 0; first < clients; first += atOnce) {
      const ids = Array.from({ length: atOnce }, (_, index) => `abort-${kind}-${name}-${first + index}`);
      await Promise.all(ids.map((id) => leave(entry, field, id, stream)));
    }
  }
  // Long enough for answers that are not stopped to come to their end, and for books that are written late.
  await pause(deltas * deltaMs + 4000);
  const extra = async (kind: string) => {
    const all = Object.values(await field.tally(`abort-${kind}-${name}-`));
    const tokens = all.reduce((sum, tallied) => sum + tallied.tokens, 0);
    return Math.max(0, tokens / clients - leavesAfter);
  };
  const figures = { clients, streamTokens: await extra('s'), plainTokens: await extra('p') };
  // Nothing is written either for a request that the program never sent on.
  const reached = Object.keys(await field.tally(`abort-p-${name}-`)).length;
  if (reached < clients) throw new Error(`only ${reached} of ${clients} requests came to the upstream`);
  const rows = entry.kind.readRows?.(entry.data).slice(before);
  if (!rows) return figures;
  const withUsage = rows.flatMap(({ completionTokens = 0 }) =>
    completionTokens > 0 ? [completionTokens] : [],
  );
  return {
    ...figures,
    rows: rows.length,
    rowsWithUsage: withUsage.length,
    recordedTokens: withUsage.reduce((sum, tokens) => sum + tokens, 0) / (withUsage.length || Number.NaN),
  };
}

function leave({ peer }: Entry, field: Field, id: string, stream: boolean): Promise<void> {
  const { target } = peer;
  const connection = openConnection(target.url);
  return new Promise((resolve, reject) => {
    const go = () => {
      connection.destroy();
      resolve();
    };
    /** A whole answer that is there too soon is seen in the tally; a stream has to come as far as its client stays. */
    const ended = (pieces: readonly Buffer[]) => {
      if (!stream) return go();
      connection.destroy();
      reject(new Error(`a stream ended before its delta ${leavesAfter}: ${Buffer.concat(pieces)}`));
    };
    let text = '';
    connection.send(requestBytes({ target, mode: 'paced', stream, id }), {
      onPiece(piece) {
        text += piece.toString('latin1');
        if (stream && countDeltas(text) >= leavesAfter) go();
      },
      onAnswer: ended,
      onBroken: ended,
    });
    if (!stream) arrival(field, id).then(() => setTimeout(go, plainLeavesAfterMs), reject);
  });
}

const longestMs = 10_000;

/** A client of a whole answer that leaves before the upstream has been asked shows nothing. */
async function arrival(field: Field, id: string): Promise<void> {
  const end = performance.now() + longestMs;
  while ((await field.tally(id))[id] === undefined && performance.now() < end) await pause(5);
}
