// What comes behind a request whose answer is under way: another request, which waits, or garbage, for which Node closes the
// connection at once. Only the first line is looked at; the rest is judged by Node when its turn comes.
import { METHODS } from 'node:http';

const methods: ReadonlySet<string> = new Set(METHODS);
const requestLine = /^([A-Z-]+) [\x21-\x7e\x80-\xff]+ HTTP\/1\.[01]$/;
const begunLine = /^([A-Z-]+)(?:$| [\x21-\x7e\x80-\xff]*(?:$| (?:H|HT|HTT|HTTP|HTTP\/[1.0]{0,3})?\r?$))/;
/** Node gives up before. */
const longestLine = 16 * 1024;

/** `undefined`: it is not known yet. */
export function isRequestLine(bytes: Buffer): boolean | undefined {
  const text = bytes.toString('latin1', 0, longestLine).replace(/^[\r\n]+/, '');
  const end = text.indexOf('\r\n');
  if (end >= 0) return methods.has(requestLine.exec(text.slice(0, end))?.[1] ?? '');
  if (text === '') return undefined;
  const begun = begunLine.exec(text)?.[1];
  if (begun === undefined || bytes.length >= longestLine) return false;
  const possible = text.includes(' ')
    ? methods.has(begun)
    : METHODS.some((method) => method.startsWith(begun));
  return possible ? undefined : false;
}
