// The tables of what is right or wrong.
import type { StreamEnding } from '../correctness/broken-streams.ts';
import type { CorrectnessFigures, RunFigures } from '../figures.ts';
import { absent, number, table } from './cells.ts';

const endings: Readonly<Record<StreamEnding, string>> = {
  error: 'an error, no `[DONE]`',
  done: '`[DONE]`, as if it were whole',
  quiet: 'ends in order, no word',
  broken: 'connection broken',
  nothing: 'nothing for 20 s',
};

export function correctnessTable({ peers }: RunFigures): string {
  const rows = peers
    .flatMap((peer) => [peer, ...ofTwoWorkers(peer)])
    .filter(({ aborts }) => aborts)
    .map((peer) => [
      peer.title,
      overshoot(peer),
      peer.aborts ? number(peer.aborts.streamTokens, 1) : absent,
      peer.aborts ? number(peer.aborts.plainTokens, 1) : absent,
      usage(peer),
      kills(peer),
      peer.brokenStreams ? endings[peer.brokenStreams.cut] : absent,
      peer.brokenStreams ? endings[peer.brokenStreams.short] : absent,
    ]);
  if (rows.length === 0) return '';
  return table(
    [
      'When things go wrong',
      'spent / budget',
      'tokens written after an abort: stream',
      '… whole answer',
      'rows of aborted requests, with usage',
      '`kill -9`: lost + doubled of',
      'upstream breaks off: the client gets',
      'upstream stops short: the client gets',
    ],
    rows,
  );
}

interface Titled extends CorrectnessFigures {
  readonly title: string;
}

function ofTwoWorkers({
  title,
  twoWorkers,
}: Titled & { readonly twoWorkers?: CorrectnessFigures }): Titled[] {
  return twoWorkers ? [{ ...twoWorkers, title: `${title}, 2 workers` }] : [];
}

function overshoot({ overshoot, failures }: CorrectnessFigures): string {
  if (overshoot) return `${number(overshoot.factor, 2)} ×`;
  return failures.overshoot === undefined ? 'no budget' : 'failed';
}

function usage({ aborts }: CorrectnessFigures): string {
  if (aborts?.rows === undefined) return 'no rows';
  return `${aborts.rows}, ${aborts.rowsWithUsage} of ${2 * aborts.clients}`;
}

function kills({ kills, failures }: CorrectnessFigures): string {
  if (kills) return `${kills.lost} + ${kills.doubled} of ${number(kills.reached, 0)}`;
  return failures['kill -9'] === undefined ? 'no rows' : 'failed';
}

export function dutiesTable({ peers, notInstalled }: RunFigures): string {
  const rows = peers
    .filter(({ name }) => name !== 'direct')
    .map(({ title, version, duties }) => [title, version, duties.keys, duties.limits, duties.ledger]);
  const missing = notInstalled.map(({ title, reason }) => [
    title,
    'not installed',
    reason.replaceAll('|', '\\|'),
    '',
    '',
  ]);
  const text = table(['What was on', 'Version', 'Keys', 'Limits', 'Ledger'], [...rows, ...missing]);
  return text.replaceAll('---:', '---');
}
