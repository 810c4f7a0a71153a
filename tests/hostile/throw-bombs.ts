// The thread that throws the bombs and is their upstream: it makes each body before the clock starts, and asks for `/health` while it waits.

import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { bombs } from './bombs.ts';
import type { BombFigures } from './measure-bombs.ts';
import { startRawUpstream } from './raw-upstream.ts';

if (!parentPort) throw new Error('throw-bombs.ts runs as a worker');
const upstream = await startRawUpstream(() => undefined);
parentPort.postMessage(upstream.url);
const [{ url, key }] = (await once(parentPort, 'message')) as [{ url: string; key: string }];

for (const { name, make } of bombs) {
  const body = new Uint8Array(make());
  let longestWaitMs = 0;
  let answered = false;
  const begun = performance.now();
  const bomb = (async () => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });
    await response.text();
    answered = true;
    return { status: response.status, seconds: (performance.now() - begun) / 1000 };
  })();
  while (!answered) {
    const asked = performance.now();
    await (await fetch(`${url}/health`)).text();
    longestWaitMs = Math.max(longestWaitMs, performance.now() - asked);
    await delay(2);
  }
  parentPort.postMessage({ name, bytes: body.length, longestWaitMs, ...(await bomb) } satisfies BombFigures);
}
