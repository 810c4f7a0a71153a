// Connections that wait to be accepted, as the system counts them.
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { createConnectionQueue, waitingAt } from '../../src/http/admission-queue.ts';

test('are read off the line of the port that listens', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000105 00:00000000 00000000     0        0 5964288 1',
    '   1: 0100007F:1F91 00000000:0000 0A 00000000:00000007 00:00000000 00000000     0        0 5964289 1',
    '   2: 0100007F:1F90 0100007F:A000 01 00000000:00000300 00:00000000 00000000     0        0 5964290 1',
    '',
  ].join('\n');
  expect(waitingAt(table, 8080)).toBe(0x105);
  expect(waitingAt(table, 8081)).toBe(7);
  expect(waitingAt(table, 80)).toBe(0);
});

test('none are known where the system does not tell', async () => {
  const queue = createConnectionQueue(['/nowhere/tcp']);
  queue.refresh(8080, 0, 100);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(queue.waiting(50)).toBe(0);
});

test.runIf(process.platform === 'linux')('of this machine, while nobody accepts them', async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sockets = Array.from({ length: 5 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  // They connect before the next turn of the loop, which accepts the first.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  expect(waitingAt(readFileSync('/proc/self/net/tcp', 'latin1'), port)).toBe(5);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});
