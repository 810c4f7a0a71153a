// Amazon's binary event stream, `application/vnd.amazon.eventstream`: frames with headers, a payload and two checksums, one
// frame an event. Each becomes the JSON of one member of the API's output union, `{"contentBlockDelta":{…}}`; what the
// members mean is not known here. Source: smithy.io, "Amazon Event Stream Specification", 2026-11-22.
import { crc32 } from 'node:zlib';
import { TollgateError } from '../../core/errors.ts';
import type { StreamDecoder, StreamFraming } from '../../core/stream-framing.ts';

export const amazonEventStream: StreamFraming = {
  contentType: /^application\/vnd\.amazon\.eventstream\b/i,
  createDecoder: createFrameDecoder,
};

/** Length of the frame, length of its headers, checksum of these two. */
const preludeBytes = 12;
const checksumBytes = 4;

/** Frames longer than `maxEventBytes` are refused by their prelude, before they are there. */
export function createFrameDecoder(maxEventBytes: number): StreamDecoder {
  // Kept in pieces until a frame is whole: joining them on every packet would be quadratic.
  let pieces: Buffer[] = [];
  let size = 0;
  /** Of the frame under way, once its prelude is there. */
  let length: number | undefined;

  function joined(): Buffer {
    const all = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    pieces = [all];
    return all;
  }

  function* push(bytes: Buffer): Generator<Buffer> {
    pieces.push(bytes);
    size += bytes.length;
    while (size >= preludeBytes) {
      length ??= lengthOf(joined());
      if (length > maxEventBytes) throw new RangeError(`a frame of more than ${maxEventBytes} bytes`);
      if (size < length) return;
      const all = joined();
      const frame = all.subarray(0, length);
      pieces = [all.subarray(length)];
      size -= length;
      length = undefined;
      yield eventOf(frame);
    }
  }

  // A frame that was cut off cannot be told from one that was changed: it is none.
  return { push, end: () => [] };
}

/** Of the frame that begins here, in bytes. Throws `upstream_error` where it cannot be right. */
function lengthOf(bytes: Buffer): number {
  const length = bytes.readUInt32BE(0);
  const headersLength = bytes.readUInt32BE(4);
  if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) throw damaged();
  if (length < preludeBytes + headersLength + checksumBytes) throw damaged();
  return length;
}

function eventOf(frame: Buffer): Buffer {
  const end = frame.length - checksumBytes;
  if (crc32(frame.subarray(0, end)) !== frame.readUInt32BE(end)) throw damaged();
  const payloadAt = preludeBytes + frame.readUInt32BE(4);
  const headers = headersOf(frame.subarray(preludeBytes, payloadAt));
  const payload = frame.subarray(payloadAt, end);
  switch (headers.get(':message-type')) {
    case 'event':
      return member(headers.get(':event-type'), payload);
    case 'exception':
      return member(headers.get(':exception-type'), payload);
    case 'error': {
      // An error that the API's model has no name for has no payload either.
      const said = { code: headers.get(':error-code'), message: headers.get(':error-message') };
      return member('error', Buffer.from(JSON.stringify(said)));
    }
    default:
      throw damaged();
  }
}

function member(name: string | undefined, payload: Buffer): Buffer {
  if (name === undefined) throw damaged();
  const value = payload.length === 0 ? Buffer.from('{}') : payload;
  return Buffer.concat([Buffer.from(`{${JSON.stringify(name)}:`), value, Buffer.from('}')]);
}

/** Bytes of a value by its type: true, false, byte, short, integer, long, bytes, string, timestamp, UUID. */
const fixedLengths: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];
const stringType = 7;

/** Those that are strings; the others say nothing to a reader of this API. */
function headersOf(bytes: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  try {
    while (at < bytes.length) {
      const nameAt = at + 1;
      const typeAt = nameAt + bytes.readUInt8(at);
      const type = bytes.readUInt8(typeAt);
      const fixed = fixedLengths[type];
      if (fixed === undefined && type !== 6 && type !== stringType) throw damaged();
      const valueAt = typeAt + (fixed === undefined ? 3 : 1);
      at = valueAt + (fixed ?? bytes.readUInt16BE(typeAt + 1));
      if (at > bytes.length) throw damaged();
      if (type === stringType)
        headers.set(bytes.toString('utf8', nameAt, typeAt), bytes.toString('utf8', valueAt, at));
    }
  } catch (cause) {
    throw cause instanceof TollgateError ? cause : damaged(cause);
  }
  return headers;
}

function damaged(cause?: unknown): TollgateError {
  return new TollgateError('upstream_error', {
    values: { reason: 'a frame of its stream is damaged' },
    ...(cause === undefined ? {} : { cause }),
  });
}
