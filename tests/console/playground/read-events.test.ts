// Server-sent events in every way that bytes may arrive.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents, type StreamPart } from '../../../console/src/api/event-stream.ts';

/** The parts of `bytes` when they arrive cut at these places. */
async function partsOf(bytes: Uint8Array<ArrayBuffer>, cuts: readonly number[] = []): Promise<StreamPart[]> {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let from = 0;
      for (const place of [...places, bytes.length]) {
        controller.enqueue(bytes.slice(from, place));
        from = place;
      }
      controller.close();
    },
  });
  const parts: StreamPart[] = [];
  await readEvents(body, (part) => parts.push(part));
  return parts;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const datas = async (text: string) =>
  (await partsOf(bytesOf(text))).flatMap((part) => (part.type === 'event' ? [part.data] : []));

describe('server-sent events', () => {
  it('end their lines with LF, CRLF or CR', async () => {
    expect(await datas('data: a\n\ndata: b\r\n\r\ndata: c\r\rdata: d\n\n')).toEqual(['a', 'b', 'c', 'd']);
  });

  it('may lack their last blank line', async () => {
    expect(await datas('data: a\n\ndata: b')).toEqual(['a', 'b']);
    expect(await datas('data: a\r')).toEqual(['a']);
  });

  it('join several lines of data, and take away one space only', async () => {
    expect(await datas('data:  a\ndata:b\n\n')).toEqual([' a\nb']);
  });

  it('tell comments and kinds apart', async () => {
    expect(await partsOf(bytesOf(': keep-alive\n\nevent: ping\ndata: {}\n\nid: 7\nretry: 1\n\n'))).toEqual([
      { type: 'comment', text: 'keep-alive' },
      { type: 'event', event: 'ping', data: '{}' },
    ]);
  });

  it('come out the same however their bytes are cut, in the middle of a character too', async () => {
    const text =
      ': ping\r\n\r\ndata: Grüße 👋🏽 — 漢字\r\ndata: two\r\n\r\nevent: x\rdata: \u2028z\r\rdata: end\n\n';
    const bytes = bytesOf(text);
    const whole = await partsOf(bytes);
    expect(whole).toHaveLength(4);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 40 }), async (cuts) => {
        expect(await partsOf(bytes, cuts)).toEqual(whole);
      }),
    );
    expect(await partsOf(bytes, Array.from(bytes.keys()))).toEqual(whole);
  });
});
