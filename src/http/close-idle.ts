// The end of a connection on which nothing has come for too long. Time runs out before what waits in the system is read, where the event
// loop was late: a client that has sent its next request in time would see its connection reset.
import type { Socket } from 'node:net';

/** Looks once more when all that was there is read. */
export function closeIfStillIdle(socket: Socket): void {
  const { bytesRead } = socket;
  setImmediate(() => {
    if (socket.bytesRead === bytesRead) socket.destroy();
  });
}
