// Writes Amazon's event stream as its specification describes it, field by field; the gateway's reader is no part of it.
import { crc32 } from 'node:zlib';
import type { Json } from '../../support/scripted-upstream.ts';

/** Only string headers, which are all that Bedrock sends. */
export function frame(headers: Readonly<Record<string, string>>, payload: string | Buffer): Buffer {
  const head = Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [
      Buffer.of(Buffer.byteLength(name)),
      Buffer.from(name),
      Buffer.of(7),
      u16(Buffer.byteLength(value)),
      Buffer.from(value),
    ]),
  );
  const body = Buffer.from(payload);
  const lengths = Buffer.concat([u32(16 + head.length + body.length), u32(head.length)]);
  const signed = Buffer.concat([lengths, u32(crc32(lengths)), head, body]);
  return Buffer.concat([signed, u32(crc32(signed))]);
}

export function eventFrame(name: string, payload: Json): Buffer {
  const type = { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' };
  return frame(type, typeof payload === 'string' ? payload : JSON.stringify(payload));
}

export function exceptionFrame(name: string, payload: Json): Buffer {
  const type = { ':exception-type': name, ':content-type': 'application/json', ':message-type': 'exception' };
  return frame(type, JSON.stringify(payload));
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
