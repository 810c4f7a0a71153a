// Makes a failing input smaller while it still fails: pieces of its bytes are left out, halves first, then less.
import type { Input } from './inputs.ts';

const mostTries = 120;

/** `fails` plays an input and says whether it still fails. */
export async function shrink(input: Input, fails: (input: Input) => Promise<boolean>): Promise<Input> {
  if (!(await fails(input))) return input;
  const { head, answer } = input;
  if (head) {
    const whole = Buffer.concat(head.script.pieces);
    const from = (bytes: Buffer) => ({
      ...input,
      head: { ...head, script: { ...head.script, pieces: [bytes] } },
    });
    return from(await shrinkBytes(whole, (bytes) => fails(from(bytes))));
  }
  if (answer) {
    const ended = { ...answer, ending: answer.ending === 'keep' ? ('end' as const) : answer.ending };
    const from = (bytes: Buffer) => ({ ...input, answer: { ...ended, packets: [bytes] } });
    const whole = Buffer.concat(answer.packets);
    return (await fails(from(whole))) ? from(await shrinkBytes(whole, (bytes) => fails(from(bytes)))) : input;
  }
  const from = (body: Buffer) => ({ ...input, body });
  return from(await shrinkBytes(input.body, (bytes) => fails(from(bytes))));
}

async function shrinkBytes(given: Buffer, fails: (bytes: Buffer) => Promise<boolean>): Promise<Buffer> {
  let bytes = given;
  let tries = 0;
  for (let size = Math.ceil(bytes.length / 2); size >= 1 && tries < mostTries; size = Math.floor(size / 2)) {
    for (let at = 0; at < bytes.length && tries < mostTries; ) {
      const candidate = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
      tries++;
      if (candidate.length < bytes.length && (await fails(candidate))) bytes = candidate;
      else at += size;
    }
  }
  return bytes;
}
