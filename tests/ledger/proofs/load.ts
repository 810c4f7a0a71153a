// Clients that never stop asking, for a proof that kills what they ask. Every request has another name, and what its client
// saw of it is kept.
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, type ClientAnswer, writtenIn } from './client.ts';
import type { Random } from './random.ts';
import type { Site } from './site.ts';
import type { Behaviour } from './upstream-terms.ts';

/** What a client saw of one request. */
export interface Seen {
  readonly nonce: string;
  readonly node: number;
  readonly shape: string;
  readonly answer: Pick<ClientAnswer, 'status' | 'complete'>;
  /** Text that arrived. */
  readonly written: string;
}

export interface Load {
  readonly seen: readonly Seen[];
  /** Resolves when so many more were answered whole. */
  answered(more: number): Promise<void>;
  /** Resolves when every client has its last answer. */
  stop(): Promise<void>;
}

interface Shape {
  readonly name: string;
  readonly stream: boolean;
  readonly behaviour: Partial<Behaviour>;
}

const shapes: readonly Shape[] = [
  { name: 'whole', stream: false, behaviour: {} },
  { name: 'whole, slow', stream: false, behaviour: { firstMs: 30 } },
  { name: 'whole, without usage', stream: false, behaviour: { usage: 'none', firstMs: 5 } },
  { name: 'stream', stream: true, behaviour: { pieces: 20, everyMs: 3 } },
  { name: 'stream, without usage', stream: true, behaviour: { pieces: 10, everyMs: 2, usage: 'none' } },
];
/** Long enough for a checkpoint. */
const long: Shape = {
  name: 'long stream',
  stream: true,
  behaviour: { pieces: 90, everyMs: 80, usage: 'growing' },
};

export interface LoadOptions {
  readonly clients: number;
  /** Of these, how many only read long streams. */
  readonly patient: number;
  readonly random: Random;
}

export function startLoad(site: Site, client: Client, { clients, patient, random }: LoadOptions): Load {
  const seen: Seen[] = [];
  let answered = 0;
  let stopped = false;
  let waiting: { until: number; resolve(): void } | undefined;

  async function askForever(name: number): Promise<void> {
    for (let count = 0; !stopped; count++) {
      const node = random.below(site.nodes.length);
      const url = site.nodes[node]?.url;
      if (url === undefined) {
        await delay(10);
        continue;
      }
      const nonce = `client-${name}-${count}`;
      const shape = name < patient ? long : random.pick(shapes);
      const { stream, behaviour } = shape;
      const { status, complete, body } = await client.ask(url, { nonce, stream, behaviour, maxTokens: 1_000 })
        .answer;
      const whole = status === 200 && complete && (!stream || body.endsWith('data: [DONE]\n\n'));
      const written = status === 200 && (stream || whole) ? writtenIn(body) : '';
      seen.push({ nonce, node, shape: shape.name, answer: { status, complete: whole }, written });
      if (whole && ++answered >= (waiting?.until ?? Number.POSITIVE_INFINITY)) waiting?.resolve();
      // Whom a killed gateway leaves comes back at once, but not in a loop without rest.
      if (status === 0 || status === 503) await delay(10 + random.below(30));
    }
  }

  const running = Promise.all(Array.from({ length: clients }, (_, name) => askForever(name)));
  // A client that fails makes whoever waits for answers fail.
  running.catch(() => undefined);
  return {
    seen,
    async answered(more) {
      const enough = new Promise<void>((resolve) => {
        waiting = { until: answered + more, resolve };
      });
      await Promise.race([enough, running]);
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}
