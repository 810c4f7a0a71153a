// Starts the upstream of the proofs as a process of its own and talks to it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromUpstream, ToUpstream } from './upstream-terms.ts';

type Answer<Kind extends FromUpstream['kind']> = Extract<FromUpstream, { kind: Kind }>;

export interface Upstream extends AsyncDisposable {
  /** Base URL with the version. */
  readonly url: string;
  report(): Promise<Answer<'report'>>;
  count(): Promise<Answer<'count'>>;
  /** Resolves when a request of this name has arrived; to be asked for before it is sent. */
  arrival(nonce: string): Promise<void>;
  /** Forgets what it accepted. */
  reset(): Promise<void>;
  /** Answers everyone who waits at the gate. */
  open(): void;
  /** Lets a stream in lockstep write its next piece. */
  step(nonce: string): void;
}

export async function startUpstream(): Promise<Upstream> {
  const child = fork(fileURLToPath(new URL('./upstream-process.ts', import.meta.url)), { execArgv: [] });
  const tell = (message: ToUpstream) => void child.send(message);
  const waiting: { kind: FromUpstream['kind']; resolve(message: FromUpstream): void }[] = [];
  const arrivals = new Map<string, () => void>();
  child.on('message', (message: FromUpstream) => {
    if (message.kind === 'arrival') {
      arrivals.get(message.nonce)?.();
      arrivals.delete(message.nonce);
      return;
    }
    const index = waiting.findIndex(({ kind }) => kind === message.kind);
    if (index !== -1) waiting.splice(index, 1)[0]?.resolve(message);
  });
  function answer<Kind extends FromUpstream['kind']>(kind: Kind): Promise<Answer<Kind>> {
    return new Promise((resolve, reject) => {
      waiting.push({ kind, resolve: resolve as (message: FromUpstream) => void });
      child.once('exit', (code) => reject(new Error(`the upstream ended with ${code}`)));
    });
  }
  child.setMaxListeners(0);
  const { port } = await answer('listening');
  return {
    url: `http://127.0.0.1:${port}/v1`,
    report() {
      tell({ kind: 'report' });
      return answer('report');
    },
    count() {
      tell({ kind: 'count' });
      return answer('count');
    },
    arrival: (nonce) => new Promise((resolve) => arrivals.set(nonce, resolve)),
    async reset() {
      tell({ kind: 'reset' });
      await answer('count');
    },
    open: () => tell({ kind: 'open' }),
    step: (nonce) => tell({ kind: 'step', nonce }),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
