// How long each bomb takes to be answered, and for how long it holds up everybody else: the gateway alone in this thread,
// thrower and upstream in another, which also asks for `/health` every few milliseconds meanwhile.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { startGateway } from '../support/start-gateway.ts';
import { bombs } from './bombs.ts';

export interface BombFigures {
  readonly name: string;
  readonly bytes: number;
  readonly status: number;
  /** From the first byte sent to the last of the answer. */
  readonly seconds: number;
  /** Longest time another request had to wait meanwhile. */
  readonly longestWaitMs: number;
}

export async function measureBombs(onFigures: (figures: BombFigures) => void): Promise<void> {
  const thrower = new Worker(new URL('./throw-bombs.ts', import.meta.url));
  const [upstreamUrl] = (await once(thrower, 'message')) as [string];
  await using gateway = await startGateway({ upstreams: [upstreamUrl] });
  thrower.postMessage({ url: gateway.url, key: gateway.key });
  for (const _ of bombs) onFigures((await once(thrower, 'message'))[0] as BombFigures);
  await thrower.terminate();
}
