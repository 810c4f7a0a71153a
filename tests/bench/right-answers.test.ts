import { describe, expect, test } from 'vitest';
import { looksRight, streamEvents, wholeAnswer } from '../../bench/wire.ts';

const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const bytes = (...events: readonly string[]) => Buffer.from(head + events.join(''));
const whole = streamEvents.join('');

describe('an answer is right', () => {
  test('as the upstream wrote it, and as other serialisers do', () => {
    expect(looksRight(Buffer.from(`HTTP/1.1 200 OK\r\n\r\n${wholeAnswer}`), false)).toBe(true);
    expect(looksRight(bytes(whole), true)).toBe(true);
    expect(looksRight(bytes(whole.replaceAll('"content":', '"content": ')), true)).toBe(true);
  });

  test('when deltas come together', () => {
    const [first = '', second = '', ...others] = streamEvents;
    const both = second.replace('" word"', '" word word"');
    expect(looksRight(bytes(both, ...others), true)).toBe(true);
    expect(looksRight(bytes(first, both, ...others), true)).toBe(false);
  });

  test('wherever chunks of HTTP begin', () => {
    const at = whole.indexOf('"content":" word"') + 14;
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
    expect(looksRight(bytes(chunk(whole.slice(0, at)), chunk(whole.slice(at)), '0\r\n\r\n'), true)).toBe(
      true,
    );
  });
});

describe('an answer is wrong', () => {
  test.each<[string, (events: string[]) => string[]]>([
    ['a delta is lost', (events) => events.toSpliced(20, 1)],
    ['a delta comes twice', (events) => events.toSpliced(20, 0, events[20] as string)],
    ['the last comes first', (events) => [events[63] as string, ...events.toSpliced(63, 1)]],
    ['[DONE] is missing', (events) => events.slice(0, -1)],
  ])('when %s', (_, change) => {
    expect(looksRight(bytes(...change([...streamEvents])), true)).toBe(false);
  });

  test('when its status is', () => {
    expect(looksRight(Buffer.from(`HTTP/1.1 500 No\r\n\r\n${whole}`), true)).toBe(false);
  });
});
