// Splits a child's output into lines of bounded length, so that a runaway child cannot fill the gateway's memory.
import type { Readable } from 'node:stream';

const longestLine = 4096;

/** Calls back for every line, without its line break; longer ones arrive cut into pieces. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) emit(line);
    while (rest.length > longestLine) {
      onLine(rest.slice(0, longestLine));
      rest = rest.slice(longestLine);
    }
  });
  stream.on('end', () => {
    if (rest !== '') emit(rest);
    rest = '';
  });
  // The child's exit says what happened; a broken pipe adds nothing to it.
  stream.on('error', () => undefined);

  function emit(line: string): void {
    for (let start = 0; start === 0 || start < line.length; start += longestLine) {
      onLine(line.slice(start, start + longestLine));
    }
  }
}
