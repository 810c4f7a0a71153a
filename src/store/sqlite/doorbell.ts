// How the gateway's thread wakes the one of the database. A message alone goes through two event loops; a thread that waits for the
// next one in memory that both share is there in a fraction of that. Knows no message.
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

/** How long a thread waits this way before it goes back to its event loop, in ms: it may rest there as long as it likes. */
const longestWaitMs = 1_000;
/** Messages until the event loop has a turn: timers and what V8 has put off must not wait for ever. */
const mostMessages = 1_000;

/** One count of rings, shared by both threads. */
export type Doorbell = Int32Array<SharedArrayBuffer>;

export function createDoorbell(): Doorbell {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** To be called behind each message. Nobody need be waiting: the message itself wakes an event loop. */
export function ring(bell: Doorbell): void {
  Atomics.add(bell, 0, 1);
  Atomics.notify(bell, 0);
}

/**
 * To be called with what the event loop brought: handles it and what comes soon after, in the order in which it was sent. Blocks the
 * thread while it waits. Returns when nothing came for a while, or when `handle` says with false that there is no more to do.
 */
export function handleUntilQuiet<Message>(
  first: Message,
  { port, bell, handle }: { port: MessagePort; bell: Doorbell; handle: (message: Message) => boolean },
): void {
  if (!handle(first)) return;
  for (let handled = 1; handled < mostMessages; ) {
    // Read before the look at the port: what is sent after it has rung once more, so there is no wait.
    const rings = Atomics.load(bell, 0);
    const received = receiveMessageOnPort(port) as { readonly message: Message } | undefined;
    if (received) {
      handled++;
      if (!handle(received.message)) return;
    } else if (Atomics.wait(bell, 0, rings, longestWaitMs) === 'timed-out') return;
  }
}
