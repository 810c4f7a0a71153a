// The results of `tollgate conformance` as lines for people. In a terminal a check is one line of its width; in a pipe
// nothing is cut.
import type { Check } from '../conformance/check.ts';
import type { CheckResult, Summary } from '../conformance/run.ts';
import { paint } from './paint.ts';

export interface Report {
  /** One check, below the title of its group when that is new. */
  result(result: CheckResult): string;
  summary(summary: Summary, ms: number): string;
}

const marks = {
  pass: ['green', '✓'],
  must: ['red', '✗'],
  should: ['yellow', '!'],
  skip: ['dim', '-'],
} as const;

/** `width` in columns; `undefined` where lines may be of any length. */
export function createReport(checks: readonly Check[], width: number | undefined): Report {
  const idWidth = Math.max(...checks.map(({ id }) => id.length));
  const titleWidth = Math.max(...checks.map(({ title }) => title.length));
  const lineWidth = Math.max(40, width ?? Number.POSITIVE_INFINITY);
  let group: string | undefined;
  let skipReason: string | undefined;

  function line(result: CheckResult): string {
    const { check, outcome, ms } = result;
    const [colour, mark] = marks[outcome === 'fail' ? check.severity : outcome];
    const time = `${ms} ms`.padStart(9);
    // Mark, spaces and time take 16 columns besides the id and the title.
    const room = width === undefined ? titleWidth : Math.max(10, Math.min(titleWidth, width - idWidth - 16));
    const title = cut(check.title, room).padEnd(room);
    return `  ${paint(colour, mark)} ${check.id.padEnd(idWidth)}  ${title} ${paint('dim', time)}\n`;
  }

  function details({ outcome, reason, mismatches, check }: CheckResult): string {
    const indent = '      ';
    if (outcome === 'skip') {
      const again = reason === skipReason;
      skipReason = reason;
      return block(again ? 'skipped, as above' : `skipped: ${plain(reason ?? '')}`, lineWidth, indent, 'dim');
    }
    const colour = marks[check.severity][0];
    return mismatches
      .map(({ at, expected, actual }) =>
        [
          block(plain(at), lineWidth, indent, colour),
          block(`expected ${plain(expected)}`, lineWidth, `${indent}  `),
          block(`got ${plain(actual)}`, lineWidth, `${indent}  `),
        ].join(''),
      )
      .join('');
  }

  return {
    result(result) {
      const head =
        result.group === group ? '' : `${group === undefined ? '' : '\n'}${paint('bold', result.group)}\n`;
      group = result.group;
      return `${head}${line(result)}${details(result)}`;
    },
    summary({ passed, failed, skipped }, ms) {
      const parts = [
        paint('green', `${passed} passed`),
        ...(failed.must > 0 ? [paint('red', `${failed.must} failed that must hold`)] : []),
        ...(failed.should > 0 ? [paint('yellow', `${failed.should} failed that should`)] : []),
        ...(skipped > 0 ? [paint('dim', `${skipped} skipped`)] : []),
      ];
      return `\n${parts.join(', ')}, in ${(ms / 1000).toFixed(1)} s\n`;
    },
  };
}

/** What a server sent, without what would move a terminal's cursor. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** Text in lines of at most this width, with the indent before each. */
function block(text: string, width: number, indent: string, colour?: Parameters<typeof paint>[0]): string {
  const room = width - indent.length;
  const lines: string[] = [];
  let rest = text;
  while (rest.length > room) {
    const space = rest.lastIndexOf(' ', room);
    const end = space > room / 2 ? space : room;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest]
    .map((line) => `${indent}${colour === undefined ? line : paint(colour, line)}\n`)
    .join('');
}
