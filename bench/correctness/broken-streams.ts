// An upstream that fails in the middle of a stream: is the client told, or does the answer look finished?
import type { Entry, Field } from '../field.ts';
import { openConnection } from '../load/connection.ts';
import { requestBytes } from '../load/jobs.ts';

/** `done`: it was told that the answer is whole, which it is not. `quiet`: the body ends in order without a word. */
export type StreamEnding = 'error' | 'done' | 'quiet' | 'broken' | 'nothing';

export interface BrokenStreamFigures {
  /** The upstream's connection broke. */
  readonly cut: StreamEnding;
  /** The upstream's body ended in order, without finish and `[DONE]`. */
  readonly short: StreamEnding;
}

export async function measureBrokenStreams(entry: Entry, field: Field): Promise<BrokenStreamFigures> {
  return { cut: await ending(entry, field, 'cut'), short: await ending(entry, field, 'short') };
}

const longestMs = 20_000;

async function ending(entry: Entry, field: Field, mode: 'cut' | 'short'): Promise<StreamEnding> {
  const id = `broken-${mode}-${entry.kind.name}`;
  const seen = await endingOf(entry, mode, id);
  // An error of its own says nothing about the upstream's.
  if ((await field.tally(id))[id] === undefined) throw new Error('the request did not come to the upstream');
  return seen;
}

function endingOf({ peer }: Entry, mode: 'cut' | 'short', id: string): Promise<StreamEnding> {
  const { target } = peer;
  const connection = openConnection(target.url);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      connection.destroy();
      resolve('nothing');
    }, longestMs);
    const judge = (pieces: readonly Buffer[], whole: boolean) => {
      clearTimeout(timer);
      connection.close();
      const text = Buffer.concat(pieces).toString();
      if (/data: ?\[DONE\]/.test(text)) resolve('done');
      else if (/data: ?\{"error"/.test(text) || /"error": ?\{/.test(text)) resolve('error');
      else resolve(whole ? 'quiet' : 'broken');
    };
    connection.send(requestBytes({ target, mode, stream: true, id }), {
      onAnswer: (pieces) => judge(pieces, true),
      onBroken: (pieces) => judge(pieces, false),
    });
  });
}
