// The official client for Python: `client.py` runs beside the tests and is asked over its standard input.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pythonClient } from '../../support/python-client.ts';
import type { Ask, Client, Entrance, Seen, Way } from '../matrix/client.ts';

interface Reply {
  readonly id: number;
  readonly seen: Seen;
}

export async function startClient({ url, key }: Entrance): Promise<Client | { readonly missing: string }> {
  const python = await pythonClient();
  if ('missing' in python) return python;
  const child = python.start(new URL('./client.py', import.meta.url), [url, key]);
  const waiting = new Map<number, (reply: Reply) => void>();
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const reply: Reply = JSON.parse(line);
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  let jobs = 0;

  function asking(way: Way) {
    return async ({ signal, ...ask }: Ask): Promise<Seen> => {
      const id = ++jobs;
      const say = (job: object) => child.stdin.write(`${JSON.stringify({ id, ...job })}\n`);
      const replied = new Promise<Reply>((resolve, reject) => {
        waiting.set(id, resolve);
        child.once('exit', (code) => reject(new Error(`client.py ended with ${code}: ${complaint}`)));
      });
      say({ way, ask, ...(signal ? { breakable: true } : {}) });
      signal?.addEventListener('abort', () => say({ leave: true }));
      return (await replied).seen;
    };
  }

  return {
    ways: {
      whole: asking('whole'),
      stream: asking('stream'),
      helper: asking('helper'),
      tools: asking('tools'),
      object: asking('object'),
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.stdin.end();
      await exited;
    },
  };
}
