import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventFrame, exceptionFrame, frame } from '../../../tests/providers/wires/event-stream-frames.ts';
import { amazonEventStream, createFrameDecoder } from './event-stream.ts';

function decode(pieces: readonly Buffer[], limit = 1 << 20): unknown[] {
  const decoder = createFrameDecoder(limit);
  const events = pieces.flatMap((piece) => [...decoder.push(piece)]);
  return [...events, ...decoder.end()].map((event) => JSON.parse(event.toString()));
}

const delta = (text: string) => eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text } });
const said = (text: string) => ({ contentBlockDelta: { contentBlockIndex: 0, delta: { text } } });

describe('createFrameDecoder', () => {
  test('an empty message of the specification, byte for byte', () => {
    // smithy.io, "Amazon Event Stream Specification", test vectors: the frame without headers and payload.
    const empty = Buffer.from('000000100000000005c248eb7d98c8ff', 'hex');
    expect(frame({}, '')).toEqual(empty);
    // It says nothing that this API could mean.
    expect(() => decode([empty])).toThrow(/a frame of its stream is damaged/);
  });

  test('events, exceptions and errors become members of one union', () => {
    const error = frame(
      { ':message-type': 'error', ':error-code': 'Odd', ':error-message': 'No "way".' },
      '',
    );
    expect(
      decode([delta('Grüße 😀'), exceptionFrame('throttlingException', { message: 'Slow' }), error]),
    ).toEqual([
      said('Grüße 😀'),
      { throttlingException: { message: 'Slow' } },
      { error: { code: 'Odd', message: 'No "way".' } },
    ]);
    expect(decode([eventFrame('messageStop', '')])).toEqual([{ messageStop: {} }]);
  });

  test('headers of every type are stepped over', () => {
    const others = Buffer.concat(
      [
        [0],
        [1],
        [2, 1],
        [3, 0, 1],
        [4, 0, 0, 0, 1],
        [5, ...Array(8).fill(1)],
        [6, 0, 2, 9, 9],
        [8, ...Array(8).fill(1)],
        [9, ...Array(16).fill(1)],
      ].map((value) => Buffer.from([1, 0x78, ...value])),
    );
    expect(decode([withHeaders(others, delta('a'))])).toEqual([said('a')]);
    expect(() => decode([withHeaders(Buffer.from([1, 0x78, 10]), delta('a'))])).toThrow(/damaged/);
    expect(() => decode([withHeaders(Buffer.from([200, 0x78]), delta('a'))])).toThrow(/damaged/);
  });

  test('gives the same events however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }),
        fc.array(fc.nat()),
        (texts, cuts) => {
          const bytes = Buffer.concat(texts.map(delta));
          const places = [
            0,
            ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
            bytes.length,
          ];
          const pieces = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
          expect(decode(pieces)).toEqual(texts.map((text) => JSON.parse(JSON.stringify(said(text)))));
        },
      ),
    );
  });

  test('a bit that changed anywhere is seen, and what came before is given out', () => {
    const frames = delta('hello');
    for (let at = 0; at < frames.length; at++) {
      const changed = Buffer.from(frames);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      const decoder = createFrameDecoder(1 << 20);
      const events = decoder.push(Buffer.concat([delta('before'), changed]));
      const seen: string[] = [];
      expect(() => {
        for (const event of events) seen.push(event.toString());
      }).toThrow(/a frame of its stream is damaged/);
      expect(seen).toEqual([JSON.stringify(said('before'))]);
    }
  });

  test('a frame that is too long is refused by its prelude', () => {
    const long = delta('x'.repeat(2000));
    expect(() => decode([long.subarray(0, 12)], 1000)).toThrow(RangeError);
    expect(decode([long], 4000)).toEqual([said('x'.repeat(2000))]);
  });

  test('a frame that is cut off is none', () => {
    expect(decode([delta('a'), delta('b').subarray(0, 20)])).toEqual([said('a')]);
  });

  test('its content type', () => {
    expect(amazonEventStream.contentType.test('application/vnd.amazon.eventstream')).toBe(true);
    expect(amazonEventStream.contentType.test('text/event-stream')).toBe(false);
  });
});

/** The frame with more headers before its own. */
function withHeaders(more: Buffer, given: Buffer): Buffer {
  const length = given.readUInt32BE(4);
  const own = given.subarray(12, 12 + length);
  const payload = given.subarray(12 + length, given.length - 4);
  return rebuilt(Buffer.concat([more, own]), payload);
}

/** As `frame`, with headers that are bytes already. */
function rebuilt(headers: Buffer, payload: Buffer): Buffer {
  const plain = frame({}, Buffer.concat([headers, payload]));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(plain.length, 0);
  lengths.writeUInt32BE(headers.length, 4);
  const checksum = (bytes: Buffer) => {
    const four = Buffer.alloc(4);
    four.writeUInt32BE(crc32(bytes));
    return four;
  };
  const signed = Buffer.concat([lengths, checksum(lengths), headers, payload]);
  return Buffer.concat([signed, checksum(signed)]);
}
