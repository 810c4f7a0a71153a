// Answers in every cut: whole, byte by byte, and in two pieces at each place, on one reader after another answer.
import { describe, expect, test } from 'vitest';
import { AnswerReader } from './answer-reader.ts';
import { failureOf, maxHeadBytes } from './failure.ts';

interface Read {
  status: number | undefined;
  headers: unknown;
  body: string;
  done: boolean;
  persistent: boolean;
  surplus: number;
  failure: string | undefined;
}

/** `end`: the upstream closes behind it. */
function readIn(reader: AnswerReader, pieces: readonly Buffer[], end: boolean): Read {
  const read: Read = {
    status: undefined,
    headers: undefined,
    body: '',
    done: false,
    persistent: false,
    surplus: 0,
    failure: undefined,
  };
  /** Shared by all pieces, as in the transport: what is kept of one must not be what the next one brings. */
  const buffer = Buffer.alloc(64 * 1024, 'x');
  const look = () => {
    if (reader.head) {
      expect(read.status).toBeUndefined();
      read.status = reader.head.status;
      read.headers = reader.head.headers;
    }
    read.body += buffer.toString('latin1', reader.bodyStart, reader.bodyEnd);
    read.done = reader.done;
    read.persistent = reader.persistent;
    if (reader.failure) read.failure = failureOf(reader.failure, true).reason;
  };
  reader.begin();
  for (const piece of pieces) {
    if (read.done || read.failure) {
      read.surplus += piece.length;
      continue;
    }
    piece.copy(buffer);
    reader.read(buffer, piece.length);
    look();
    if (read.done) read.surplus += piece.length - reader.used;
  }
  if (end && !read.done && !read.failure) {
    reader.end();
    look();
  }
  return read;
}

function cutsOf(bytes: Buffer): Buffer[][] {
  const singles = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
  const twos = Array.from(bytes, (_, at) => [bytes.subarray(0, at + 1), bytes.subarray(at + 1)]);
  return [[bytes], singles, ...twos];
}

/** The same from every cut; of a failure nothing but the reason, since more or less of the body may have come before it. */
function readAll(text: string, end = false): Read {
  const bytes = Buffer.from(text, 'latin1');
  const reader = new AnswerReader();
  const reads = cutsOf(bytes).map((pieces) => readIn(reader, pieces, end));
  for (const read of reads) {
    if (read.failure) expect(read.failure).toBe(reads[0]?.failure);
    else expect(read).toEqual(reads[0]);
  }
  return reads[0] as Read;
}

const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

describe('answers', () => {
  test.each<[string, string, Partial<Read>]>([
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', { status: 200, body: 'hello' }],
    ['no body', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', { body: '' }],
    ['no reason', 'HTTP/1.1 429\r\ncontent-length: 0\r\n\r\n', { status: 429 }],
    ['an empty reason', 'HTTP/1.1 429 \r\ncontent-length: 0\r\n\r\n', { status: 429 }],
    [
      'the same length twice',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok',
      { body: 'ok' },
    ],
    ['chunks', `${chunked}5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n`, { body: 'hello, world' }],
    ['capitals', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n', { body: 'a' }],
    [
      'sizes with letters',
      `${chunked}A\r\n0123456789\r\n00b\r\n0123456789a\r\n000\r\n\r\n`,
      { body: '01234567890123456789a' },
    ],
    ['extensions', `${chunked}2;a=b;c="d e"\r\nok\r\n0;last\r\n\r\n`, { body: 'ok' }],
    ['trailers', `${chunked}2\r\nok\r\n0\r\nX-Sum: 1\r\nexpires: never\r\n\r\n`, { body: 'ok' }],
    ['line ends in a chunk', `${chunked}6\r\n\r\n0\r\n\r\r\n0\r\n\r\n`, { body: '\r\n0\r\n\r' }],
    [
      'interim heads',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${chunked}1\r\na\r\n0\r\n\r\n`,
      { status: 200, body: 'a' },
    ],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204 }],
    ['304 with a type', 'HTTP/1.1 304 Not Modified\r\ncontent-type: x\r\n\r\n', { status: 304 }],
  ])('%s', (_, text, expected) => {
    expect(readAll(text)).toMatchObject({
      done: true,
      persistent: true,
      surplus: 0,
      failure: undefined,
      ...expected,
    });
  });

  test('fields: names small, values without blanks, what stands twice as a list', () => {
    const { headers } = readAll(
      'HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nX-Empty:\r\nx-blank: \t b c\t \r\nset-cookie: b\r\nSET-COOKIE: c\r\nX-\xe9: 1\r\ncontent-length: 0\r\n\r\n'
        .replace('X-\xe9', 'x-umlaut')
        .replace(': 1', ': \xe9'),
    );
    expect(headers).toEqual({
      'set-cookie': ['a', 'b', 'c'],
      'x-empty': '',
      'x-blank': 'b c',
      'x-umlaut': '\xe9',
      'content-length': '0',
    });
  });

  test('a field that every object has is one like others', () => {
    const { headers } = readAll(
      'HTTP/1.1 200 OK\r\n__proto__: a\r\nconstructor: b\r\ncontent-length: 0\r\n\r\n',
    );
    expect(Object.entries(headers as object)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['content-length', '0'],
    ]);
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  });

  test('until the upstream closes', () => {
    const text = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nas much as there is';
    expect(readAll(text)).toMatchObject({ body: 'as much as there is', done: false });
    expect(readAll(text, true)).toMatchObject({ body: 'as much as there is', done: true, persistent: false });
  });
});

describe('the connection', () => {
  const body = 'content-length: 0\r\n\r\n';
  test.each<[string, boolean, string]>([
    ['HTTP/1.1', true, `HTTP/1.1 200 OK\r\n${body}`],
    ['HTTP/1.1 that closes', false, `HTTP/1.1 200 OK\r\nconnection: Close\r\n${body}`],
    ['… among others', false, `HTTP/1.1 200 OK\r\nconnection: x, close\r\nconnection: y\r\n${body}`],
    ['HTTP/1.0', false, `HTTP/1.0 200 OK\r\n${body}`],
    ['HTTP/1.0 that stays', true, `HTTP/1.0 200 OK\r\nconnection: keep-alive\r\n${body}`],
    [
      'HTTP/1.0 with chunks',
      false,
      'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['204 with a length', false, 'HTTP/1.1 204 No Content\r\ncontent-length: 3\r\n\r\n'],
    ['304 with chunks', false, 'HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n'],
  ])('%s: stays %s', (_, persistent, text) => {
    expect(readAll(text)).toMatchObject({ done: true, persistent });
  });

  test('what stands behind the answer is told apart from it', () => {
    for (const text of ['HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok', `${chunked}2\r\nok\r\n0\r\n\r\n`]) {
      expect(readAll(`${text}HTTP/1.1 200 OK\r\n`)).toMatchObject({ body: 'ok', done: true, surplus: 17 });
    }
  });

  test('how long it is kept', () => {
    const secondsOf = (value: string) => {
      const reader = new AnswerReader();
      const bytes = Buffer.from(`HTTP/1.1 200 OK\r\nkeep-alive: ${value}\r\n${body}`);
      reader.begin();
      reader.read(bytes, bytes.length);
      return reader.keepAliveSeconds;
    };
    expect(
      ['timeout=5', 'Timeout=7, max=100', 'max=3,timeout = 9', 'max=3', 'timeout=x'].map(secondsOf),
    ).toEqual([5, 7, 9, undefined, undefined]);
  });
});

describe('what is refused', () => {
  const notHttp = 'its answer was not valid HTTP';
  const tooLong = 'the head of its answer is too long';
  const early = 'connection closed early';
  const ok = 'HTTP/1.1 200 OK\r\n';
  test.each<[string, string, string]>([
    ['another protocol', 'SSH-2.0-OpenSSH_9\r\n', notHttp],
    ['HTTP/2', 'HTTP/2.0 200 OK\r\n\r\n', notHttp],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\n\r\n', notHttp],
    ['a status of two digits', 'HTTP/1.1 99 OK\r\n\r\n', notHttp],
    ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n', notHttp],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', notHttp],
    ['an empty line first', `\r\n${ok}content-length: 0\r\n\r\n`, notHttp],
    ['another protocol from here on', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n', notHttp],
    ['an interim head of HTTP/1.0', `HTTP/1.0 100 Continue\r\n\r\n${ok}content-length: 0\r\n\r\n`, notHttp],
    ['lines that end in LF', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n', notHttp],
    ['a line that ends in LF', `${ok}a: b\ncontent-length: 0\r\n\r\n`, notHttp],
    ['a CR in a line', `${ok}a: b\rc\r\ncontent-length: 0\r\n\r\n`, notHttp],
    ['a NUL', `${ok}a: \0\r\ncontent-length: 0\r\n\r\n`, notHttp],
    ['a line that goes on', `${ok}a: b\r\n c\r\ncontent-length: 0\r\n\r\n`, notHttp],
    ['no colon', `${ok}content-length\r\n\r\n`, notHttp],
    ['no name', `${ok}: 1\r\n\r\n`, notHttp],
    ['a blank behind a name', `${ok}content-length : 1\r\n\r\n`, notHttp],
    ['two lengths', `${ok}content-length: 1\r\ncontent-length: 2\r\n\r\nab`, notHttp],
    ['a list of lengths', `${ok}content-length: 1, 1\r\n\r\na`, notHttp],
    ['a length with a sign', `${ok}content-length: +1\r\n\r\na`, notHttp],
    ['a negative length', `${ok}content-length: -1\r\n\r\n`, notHttp],
    ['an empty length', `${ok}content-length:\r\n\r\n`, notHttp],
    ['a length in hexadecimal', `${ok}content-length: 0x1\r\n\r\na`, notHttp],
    ['a length of too many digits', `${ok}content-length: 12345678901234567890\r\n\r\n`, notHttp],
    ['a length and chunks', `${ok}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, notHttp],
    ['another coding', `${ok}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, notHttp],
    [
      'chunks twice',
      `${ok}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      notHttp,
    ],
    ['a chunk without a size', `${chunked}\r\n0\r\n\r\n`, notHttp],
    ['a size that is none', `${chunked}zz\r\nabc`, notHttp],
    ['a size with a sign', `${chunked}-1\r\nabc`, notHttp],
    ['a size with a blank', `${chunked}1 \r\na\r\n0\r\n\r\n`, notHttp],
    ['a size that is too large', `${chunked}fffffffffffffff1\r\na`, notHttp],
    ['a size of too many digits', `${chunked}00000000000000001\r\na`, notHttp],
    ['a size that ends in LF', `${chunked}1\na\r\n0\r\n\r\n`, notHttp],
    ['a chunk that is longer than it said', `${chunked}1\r\nab\r\n0\r\n\r\n`, notHttp],
    ['a chunk that ends in LF', `${chunked}1\r\na\n0\r\n\r\n`, notHttp],
    ['a LF in an extension', `${chunked}1;a\nb\r\na\r\n0\r\n\r\n`, notHttp],
    ['an endless extension', `${chunked}1;${'a'.repeat(5_000)}`, notHttp],
    ['a trailer without a name', `${chunked}0\r\n: x\r\n\r\n`, notHttp],
    ['a trailer that goes on', `${chunked}0\r\na: b\r\n c\r\n\r\n`, notHttp],
    ['a trailer that ends in LF', `${chunked}0\r\na: b\n\r\n`, notHttp],
    ['too many fields', `${ok}${'a:\r\n'.repeat(1_001)}content-length: 0\r\n\r\n`, tooLong],
  ])('%s', (_, text, reason) => {
    // All two-part cuts of the long ones take too long and tell nothing new.
    const read = text.length < 300 ? readAll(text) : readIn(new AnswerReader(), [Buffer.from(text)], false);
    expect(read).toMatchObject({ failure: reason, done: false });
  });

  test.each<[string, string, string]>([
    ['nothing', '', early],
    ['half a head', 'HTTP/1.1 200 OK\r\ncont', early],
    ['only an interim head', 'HTTP/1.1 100 Continue\r\n\r\n', early],
    ['half a body', `${ok}content-length: 5\r\n\r\nabc`, early],
    [
      'half a body of an answer that closes',
      `${ok}connection: close\r\ncontent-length: 5\r\n\r\nabc`,
      'its answer was shorter or longer than it said',
    ],
    ['half a chunk', `${chunked}5\r\nabc`, early],
    ['no last chunk', `${chunked}3\r\nabc\r\n`, early],
    ['half an end', `${chunked}3\r\nabc\r\n0\r\n`, early],
  ])('an end behind %s', (_, text, reason) => {
    expect(readAll(text, true)).toMatchObject({ failure: reason });
  });

  test('a head, or trailers, of more than 16 KiB, however they come', () => {
    const fits = `${ok}x: ${'y'.repeat(maxHeadBytes - 45)}\r\ncontent-length: 0\r\n\r\n`;
    expect(fits.length).toBeLessThanOrEqual(maxHeadBytes);
    for (const [text, failure] of [
      [fits, undefined],
      [fits.replace('x: ', `x: ${'y'.repeat(maxHeadBytes - fits.length + 1)}`), tooLong],
      [`${ok}x: ${'y'.repeat(maxHeadBytes)}`, tooLong],
      [`${chunked}0\r\nx: ${'y'.repeat(maxHeadBytes)}`, tooLong],
    ] as const) {
      const bytes = Buffer.from(text);
      const singles = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
      for (const pieces of [[bytes], singles, [bytes.subarray(0, 9_000), bytes.subarray(9_000)]]) {
        expect(readIn(new AnswerReader(), pieces, false).failure).toBe(failure);
      }
    }
  });
});
