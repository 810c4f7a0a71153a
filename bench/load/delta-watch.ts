// Tells when the deltas of one stream came: the first, and the silence before each of the others. Several deltas in one read are
// a gap each, of 0 ms: that is what their reader sees.
import type { Recorder } from './recorder.ts';

const delta = Buffer.from('"content":" ');
/** As Python's serialiser writes it. */
const spaced = Buffer.from('"content": " ');

export function watchDeltas(recorder: Recorder, begun: number): (piece: Buffer, at: number) => void {
  let last: number | undefined;
  return (piece, at) => {
    const needle = piece.includes(spaced) ? spaced : delta;
    for (let from = piece.indexOf(needle); from >= 0; from = piece.indexOf(needle, from + needle.length)) {
      if (last === undefined) recorder.firstDelta(at - begun);
      else recorder.gap(at - last);
      last = at;
    }
  };
}
