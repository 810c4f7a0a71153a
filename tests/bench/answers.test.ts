import { describe, expect, test } from 'vitest';
import { createAnswerReader } from '../../bench/load/answers.ts';

const head = (more: string) => `HTTP/1.1 200 OK\r\n${more}\r\n`;

/** Whether the answer was whole after each of the pieces. */
function feed(...pieces: readonly string[]): boolean[] {
  const reader = createAnswerReader();
  return pieces.map((piece) => reader.add(Buffer.from(piece)));
}

describe('the end of an answer', () => {
  test('by its length, however it is cut', () => {
    expect(feed(head('Content-Length: 5\r\n'), 'he', 'llo')).toEqual([false, false, true]);
    expect(feed('HTTP/1.1 200 OK\r\ncontent-le', 'ngth: 2\r\n\r\n', 'ok')).toEqual([false, false, true]);
    expect(feed(head('content-length: 0\r\n'))).toEqual([true]);
  });

  test('by its last chunk, also when that comes in two', () => {
    expect(feed(head('Transfer-Encoding: chunked\r\n'), '2\r\nok\r\n', '0\r\n\r\n')).toEqual([
      false,
      false,
      true,
    ]);
    expect(feed(head('transfer-encoding: chunked\r\n'), '2\r\nok\r\n0\r', '\n\r\n')).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('by the end of the connection, where neither is said', () => {
    const reader = createAnswerReader();
    expect(reader.add(Buffer.from(`${head('')}some`))).toBe(false);
    expect(reader.endsHere()).toBe(true);
    const chunked = createAnswerReader();
    chunked.add(Buffer.from(head('transfer-encoding: chunked\r\n')));
    expect(chunked.endsHere()).toBe(false);
  });
});
