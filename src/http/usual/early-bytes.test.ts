import { expect, test } from 'vitest';
import { isRequestLine } from './early-bytes.ts';

const judged = (text: string) => isRequestLine(Buffer.from(text, 'latin1'));

test.each(['POST /v1/chat/completions HTTP/1.1\r\n', '\r\n\r\nM-SEARCH * HTTP/1.0\r\nwhatever'])(
  '%j is known by all of its first line, and may be one before',
  (text) => {
    const whole = text.indexOf('\r\n', 4) + 2;
    for (let end = 1; end < whole; end++) expect([end, judged(text.slice(0, end))]).toEqual([end, undefined]);
    expect(judged(text)).toBe(true);
  },
);

test.each([
  '\0\0garbage\r\n\r\n',
  'garbage',
  'POSTED / HTTP/1.1\r\n',
  'POST/ HTTP/1.1\r\n',
  'POST  / HTTP/1.1\r\n',
  'POST / HTTP/2.0\r\n',
  'POST / HTTP/1.1 \r\n',
  'POST /\n',
  'POST / HTXP',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  `GET /${'a'.repeat(20_000)}`,
])('%j is none', (text) => {
  expect(judged(text)).toBe(false);
});
