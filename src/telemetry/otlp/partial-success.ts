// A receiver that took a message, but not all that is in it, says so in its answer: nothing of that is sent again, but told.
// https://opentelemetry.io/docs/specs/otlp/#partial-success-1

export interface PartialSuccess {
  /** Spans or data points; 0 with a `reason` is a warning only. */
  readonly rejected: number;
  readonly reason: string;
}

const longestReason = 500;

/** The body of an `Export…ServiceResponse`; `undefined` where all was taken, or where it is something else. */
export function readPartialSuccess(body: Buffer, inJson: boolean): PartialSuccess | undefined {
  if (body.length === 0) return undefined;
  try {
    const { rejected, reason } = inJson ? ofJson(body) : ofProtobuf(body);
    if (rejected === 0 && reason === '') return undefined;
    return { rejected, reason: reason.slice(0, longestReason) };
  } catch {
    return undefined;
  }
}

function ofJson(body: Buffer): PartialSuccess {
  const { partialSuccess = {} } = JSON.parse(body.toString());
  return {
    rejected: Number(partialSuccess.rejectedSpans ?? partialSuccess.rejectedDataPoints ?? 0),
    reason: String(partialSuccess.errorMessage ?? ''),
  };
}

/** Member 1 is the message; of that 1 is the number, 2 the text. */
function ofProtobuf(body: Buffer): PartialSuccess {
  let rejected = 0;
  let reason = '';
  for (const outer of membersOf(body)) {
    if (outer.number !== 1 || !outer.bytes) continue;
    for (const { number, value, bytes } of membersOf(outer.bytes)) {
      if (number === 1) rejected = value;
      if (number === 2 && bytes) reason = bytes.toString();
    }
  }
  return { rejected, reason };
}

interface Member {
  readonly number: number;
  /** Of a varint; otherwise the length. */
  readonly value: number;
  /** Of what has a length. */
  readonly bytes?: Buffer;
}

/** Varints and what has a length; throws at others and at what is cut off. */
function* membersOf(message: Buffer): Generator<Member> {
  let at = 0;
  function varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }
  while (at < message.length) {
    const tag = varint();
    const value = varint();
    const number = Math.floor(tag / 8);
    if (tag % 8 === 0) yield { number, value };
    else if (tag % 8 === 2 && at + value <= message.length) {
      yield { number, value, bytes: message.subarray(at, at + value) };
      at += value;
    } else throw new RangeError('no message of this kind');
  }
}
