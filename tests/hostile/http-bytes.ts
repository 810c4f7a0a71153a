// HTTP/1.1 answers read from raw bytes, as strictly as RFC 9112 writes them: an HTTP library would hide a header that
// was injected or a body that does not end where it says.

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case, in the order they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export interface ReadAnswers {
  /** Final answers; interim ones (1xx) are skipped. */
  readonly answers: HttpAnswer[];
  /** Bytes of an answer that is not complete. */
  readonly rest: Buffer;
}

const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\t\x20-\x7e\x80-\xff]*)$/;
const statusLine = /^HTTP\/1\.1 ([1-5]\d\d)(?: [\x20-\x7e]*)?$/;
const chunkSize = /^[0-9a-fA-F]{1,8}$/;

/**
 * Reads as many answers as are whole. `closed`: no more bytes will come, so a body without length has ended. Throws
 * where the bytes are no answer.
 */
export function readAnswers(bytes: Buffer, closed: boolean, method = 'POST'): ReadAnswers {
  const answers: HttpAnswer[] = [];
  let start = 0;
  while (start < bytes.length) {
    const headEnd = bytes.indexOf('\r\n\r\n', start);
    if (headEnd < 0) break;
    const head = readHead(bytes.toString('latin1', start, headEnd));
    const bodyStart = headEnd + 4;
    if (head.status < 200) {
      start = bodyStart;
      continue;
    }
    const body = readBody(bytes, bodyStart, head, closed, method);
    if (!body) break;
    answers.push({ ...head, body: body.bytes });
    start = body.end;
  }
  return { answers, rest: bytes.subarray(start) };
}

function readHead(text: string): { status: number; headers: [string, string][] } {
  const [first = '', ...lines] = text.split('\r\n');
  const status = statusLine.exec(first)?.[1];
  if (status === undefined) throw new Error(`no status line: ${JSON.stringify(first.slice(0, 200))}`);
  return {
    status: Number(status),
    headers: lines.map((line) => {
      const [, name, value] = headerLine.exec(line) ?? [];
      if (name === undefined) throw new Error(`no header: ${JSON.stringify(line.slice(0, 200))}`);
      return [name.toLowerCase(), value ?? ''];
    }),
  };
}

/** The one value of a header; throws when it stands twice. */
export function headerOf({ headers }: Pick<HttpAnswer, 'headers'>, name: string): string | undefined {
  const found = headers.filter(([given]) => given === name);
  if (found.length > 1) throw new Error(`${name} stands ${found.length} times`);
  return found[0]?.[1];
}

function readBody(
  bytes: Buffer,
  start: number,
  head: Pick<HttpAnswer, 'status' | 'headers'>,
  closed: boolean,
  method: string,
): { bytes: Buffer; end: number } | undefined {
  if (method === 'HEAD' || head.status === 204 || head.status === 304)
    return { bytes: Buffer.alloc(0), end: start };
  const announced = headerOf(head, 'content-length');
  const chunked = headerOf(head, 'transfer-encoding');
  if (announced !== undefined && chunked !== undefined) throw new Error('both a length and chunks');
  if (chunked !== undefined) return readChunks(bytes, start);
  if (announced === undefined)
    return closed ? { bytes: bytes.subarray(start), end: bytes.length } : undefined;
  const end = start + Number(announced);
  return end <= bytes.length ? { bytes: bytes.subarray(start, end), end } : undefined;
}

function readChunks(bytes: Buffer, start: number): { bytes: Buffer; end: number } | undefined {
  const pieces: Buffer[] = [];
  let position = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', position);
    if (lineEnd < 0) return undefined;
    const size = bytes.toString('latin1', position, lineEnd);
    if (!chunkSize.test(size)) throw new Error(`no chunk size: ${JSON.stringify(size.slice(0, 100))}`);
    const from = lineEnd + 2;
    const to = from + Number.parseInt(size, 16);
    if (to + 2 > bytes.length) return undefined;
    if (bytes[to] !== 0x0d || bytes[to + 1] !== 0x0a) throw new Error('a chunk does not end where it says');
    if (to === from) return { bytes: Buffer.concat(pieces), end: to + 2 };
    pieces.push(bytes.subarray(from, to));
    position = to + 2;
  }
}
