// An upstream that fails in the middle of a stream: is the client told, or does the answer look finished?
import type { Entry } from '../field.ts';
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

export async function measureBrokenStreams(entry: Entry): Promise<BrokenStreamFigures> {
  return { cut: await ending(entry, 'cut'), short: await ending(entry, 'short') };
}

const longestMs = 20_000;

function ending(entry: Entry, mode: 'cut' | 'short'): Promise<StreamEnding> {
  const { target } = entry.peer;
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
    connection.send(requestBytes({ target, mode, stream: true, id: `broken-${mode}` }), {
      onAnswer: (pieces) => judge(pieces, true),
      onBroken: (pieces) => judge(pieces, false),
    });
  });
}
