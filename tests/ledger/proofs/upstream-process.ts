// The upstream of the proofs, a process of its own, so that it outlives every gateway that is killed. It speaks chat
// completions, does what each prompt tells it, and writes down what it accepted: by `user`, which is another for every
// request. Its parent asks for the record and opens its gates over the channel of `fork`.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  chunk,
  completion,
  done,
  finish,
  roleChunk,
  text,
  usageChunk,
} from '../../support/scripts/pieces.ts';
import {
  type Accepted,
  type Behaviour,
  type FromUpstream,
  pieceOf,
  type ToUpstream,
} from './upstream-terms.ts';

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

const accepted: Accepted[] = [];
let underWay = 0;
let mostAtOnce = 0;
let everyone = gate();
/** By nonce: what a stream in lockstep waits for before its next piece. */
const steps = new Map<string, Gate>();

function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

function stepOf(nonce: string): Gate {
  const known = steps.get(nonce);
  if (known) return known;
  const made = gate();
  steps.set(nonce, made);
  return made;
}

/** Unix ms with fractions, the same clock in every process of the machine. */
const now = () => performance.timeOrigin + performance.now();

const server = createServer({ noDelay: true }, async (incoming, response) => {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of incoming) pieces.push(piece as Buffer);
  } catch {
    // The gateway was killed while it sent this: nothing was accepted.
    return;
  }
  const body = JSON.parse(Buffer.concat(pieces).toString());
  const behaviour = JSON.parse(body.messages.at(-1).content) as Behaviour;
  const record: Accepted = { nonce: body.user, at: now(), cap: body.max_tokens, pieces: [], end: undefined };
  accepted.push(record);
  tell({ kind: 'arrival', nonce: record.nonce });
  mostAtOnce = Math.max(mostAtOnce, ++underWay);
  const gone = new Promise<void>((resolve) =>
    response.once('close', () => {
      underWay--;
      record.end = { how: response.writableFinished ? 'finished' : 'aborted', at: now() };
      resolve();
    }),
  );
  await answer(record, behaviour, body.stream === true, response, gone);
});
server.keepAliveTimeout = 60_000;

async function answer(
  record: Accepted,
  behaviour: Behaviour,
  streaming: boolean,
  response: ServerResponse,
  gone: Promise<void>,
): Promise<void> {
  const { gated, firstMs, everyMs, pieces, lockstep, usage, input, output } = behaviour;
  if (gated === 1) await Promise.race([everyone.opened, gone]);
  if (firstMs > 0) await Promise.race([delay(firstMs), gone]);
  if (response.destroyed) return;
  const reported = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  if (!streaming) {
    const written = Array.from({ length: pieces }, (_, index) => pieceOf(index)).join('');
    const choice = {
      index: 0,
      message: { role: 'assistant', content: written },
      logprobs: null,
      finish_reason: 'stop',
    };
    const { usage: _, ...plain } = completion({ choices: [choice] });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(usage === 'none' ? plain : { ...plain, usage: reported }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(roleChunk);
  for (let index = 0; index < pieces; index++) {
    if (lockstep) {
      const step = stepOf(record.nonce);
      await Promise.race([step.opened, gone]);
      steps.delete(record.nonce);
    } else if (everyMs > 0) await Promise.race([delay(everyMs), gone]);
    if (response.destroyed) return;
    const sofar = { prompt_tokens: input, completion_tokens: index + 1, total_tokens: input + index + 1 };
    const piece = pieceOf(index);
    response.write(usage === 'growing' ? chunk({ content: piece }, { usage: sofar }) : text(piece));
    record.pieces.push(now());
  }
  const ending = usage === 'none' ? '' : usageChunk(usage === 'growing' ? growing(input, pieces) : reported);
  response.end(finish() + ending + done);
}

function growing(input: number, output: number) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

const tell = (message: FromUpstream) => process.send?.(message);

process.on('message', (message: ToUpstream) => {
  switch (message.kind) {
    case 'report':
      tell({ kind: 'report', accepted, mostAtOnce });
      return;
    case 'count':
      tell({ kind: 'count', accepted: accepted.length, underWay });
      return;
    case 'reset':
      accepted.length = 0;
      mostAtOnce = 0;
      tell({ kind: 'count', accepted: 0, underWay });
      return;
    case 'open':
      everyone.open();
      everyone = gate();
      return;
    case 'step':
      stepOf(message.nonce).open();
      return;
  }
});
// Never outlives the proof, however that ends.
process.on('disconnect', () => process.exit(0));

server.listen(0, '127.0.0.1', () => {
  tell({ kind: 'listening', port: (server.address() as AddressInfo).port });
});
