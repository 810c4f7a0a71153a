import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDoorbell, ring } from './doorbell.ts';

/** Echoes what it is sent, and how: 1 for what its event loop brought. Ends with `end`. */
function startEcho() {
  const bell = createDoorbell();
  const thread = new Worker(
    `const { parentPort: port, workerData: bell } = require('node:worker_threads');
    import(${JSON.stringify(new URL('./doorbell.ts', import.meta.url).href)}).then(({ handleUntilQuiet }) => {
      let byEvent = 0;
      const handle = (message) => {
        port.postMessage([message, byEvent]);
        byEvent = 0;
        if (message === 'end') port.close();
        return message !== 'end';
      };
      port.on('message', (message) => {
        byEvent = 1;
        handleUntilQuiet(message, { port, bell, handle });
      });
      port.postMessage('ready');
    });`,
    { eval: true, workerData: bell },
  );
  onTestFinished(async () => void (await thread.terminate()));
  const received: [message: unknown, byEvent: number][] = [];
  const ready = once(thread, 'message');
  void ready.then(() => thread.on('message', (message) => received.push(message)));
  const send = (message: unknown) => {
    thread.postMessage(message);
    ring(bell);
  };
  const ask = async (message: unknown): Promise<unknown> => {
    const answer = once(thread, 'message');
    send(message);
    return (await answer)[0];
  };
  return { thread, ready, received, send, ask };
}

describe('a thread that waits at its doorbell', () => {
  it('needs its event loop for the first message only, and for the next one after a long silence', async () => {
    const { ready, ask } = startEcho();
    await ready;
    expect(await ask('first')).toEqual(['first', 1]);
    expect(await ask('second')).toEqual(['second', 0]);
    await delay(20);
    expect(await ask('third')).toEqual(['third', 0]);
    await delay(1_500);
    expect(await ask('late')).toEqual(['late', 1]);
  });

  it('misses nothing and keeps the order, and lets its event loop have a turn', async () => {
    const { thread, ready, received, send } = startEcho();
    await ready;
    const sent = Array.from({ length: 2_500 }, (_, index) => index);
    for (const index of sent) {
      send(index);
      if (index % 100 === 0) await delay(1);
    }
    send('end');
    await once(thread, 'exit');
    expect(received.map(([message]) => message)).toEqual([...sent, 'end']);
    expect(received.filter(([, byEvent]) => byEvent === 1).length).toBeGreaterThan(1);
  });

  it('can be ended from outside', async () => {
    const { thread, ready, ask } = startEcho();
    await ready;
    await ask('first');
    await delay(20);
    expect(await thread.terminate()).toBe(1);
  });
});
