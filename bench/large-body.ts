// How long everybody else waits while a large request passes: the longest time in which the gateway's event loop did
// nothing else, and what small requests beside it took. The gateway is in this thread; its client and its upstream are in
// another. `node bench/large-body.ts`
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const megabyte = 1024 * 1024;

export const bodies = {
  'images, 20 MB': () => conversation(10, (index) => image(2 * megabyte, index)),
  'one image, 20 MB': () => conversation(1, (index) => image(20 * megabyte, index)),
  'a text, 20 MB': () => conversation(1, () => ({ type: 'text', text: prose(20 * megabyte) })),
  'messages of 4 KB, 20 MB': () => conversation(5_000, () => ({ type: 'text', text: prose(4096) })),
  'messages of 1 KB, 20 MB': () => conversation(20_000, () => ({ type: 'text', text: prose(1024) })),
} as const;

function conversation(count: number, part: (index: number) => object): Buffer {
  const messages = Array.from({ length: count }, (_, index) => ({ role: 'user', content: [part(index)] }));
  return Buffer.from(JSON.stringify({ model: 'bench', messages }));
}

function image(size: number, index: number): object {
  const bytes = Buffer.alloc((size / 4) * 3, `image ${index} `);
  return { type: 'image_url', image_url: { url: `data:image/png;base64,${bytes.toString('base64')}` } };
}

function prose(size: number): string {
  return 'The "harbour" was quiet that morning;\nthe café shut. '.repeat(Math.ceil(size / 54)).slice(0, size);
}

interface Order {
  readonly url: string;
  readonly key: string;
  readonly body: keyof typeof bodies;
  readonly rounds: number;
}

/** What the other thread saw, in ms. */
interface Seen {
  readonly large: readonly number[];
  readonly small: readonly number[];
}

if (isMainThread) await measureAll();
else await attend();

async function measureAll(): Promise<void> {
  const { startBenchGateway } = await import('./large-body-gateway.ts');
  const { spread } = await import('./statistics.ts');
  const around = new Worker(new URL(import.meta.url), { workerData: true });
  const upstream = await heard<string>(around);
  await using gateway = await startBenchGateway(upstream);
  for (const body of Object.keys(bodies) as (keyof typeof bodies)[]) {
    const order: Order = { url: gateway.url, key: gateway.key, body, rounds: 7 };
    let longest: number[] = [];
    let worked: number[] = [];
    let last = performance.now();
    let lastCpu = cpuMs();
    let gap = 0;
    let work = 0;
    const pinger = setInterval(() => {
      const now = performance.now();
      const cpu = cpuMs();
      gap = Math.max(gap, now - last - 1);
      work = Math.max(work, cpu - lastCpu);
      last = now;
      lastCpu = cpu;
    }, 1);
    around.on('message', onRound);
    function onRound(message: unknown): void {
      if (message !== 'round') return;
      longest.push(gap);
      worked.push(work);
      gap = 0;
      work = 0;
    }
    around.postMessage(order);
    const seen = await heard<Seen>(around);
    clearInterval(pinger);
    around.off('message', onRound);
    longest = longest.slice(1);
    worked = worked.slice(1);
    const [loop, cpu] = [spread(longest), spread(worked)];
    const [small, large] = [spread(seen.small), spread(seen.large)];
    console.log(
      `${body}: event loop busy for at most ${ms(loop.median)} (${ms(loop.min)} to ${ms(loop.max)}), ` +
        `${ms(cpu.median)} of it CPU; ` +
        `small requests beside it ${ms(small.median)}, the slowest ${ms(small.max)}; itself ${ms(large.median)}`,
    );
  }
  await around.terminate();
}

/** Of this thread: on a busy machine the event loop also waits for a core. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

/** The next message that is no mark of a round. */
function heard<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', function listen(message) {
      if (message === 'round') return;
      worker.off('message', listen);
      worker.off('error', reject);
      resolve(message as T);
    });
  });
}

/** In the other thread: an upstream that reads and answers, and the clients. */
async function attend(): Promise<void> {
  const { createServer, request } = await import('node:http');
  const { wholeAnswer } = await import('./wire.ts');
  if (!workerData) return;
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    incoming.on('end', () => {
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(wholeAnswer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as import('node:net').AddressInfo;

  async function ask({ url, key }: Order, body: Buffer): Promise<number> {
    const started = performance.now();
    await new Promise<void>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'content-length': body.length,
      };
      const outgoing = request(`${url}/v1/chat/completions`, { method: 'POST', headers }, (answer) => {
        answer.resume();
        answer.on('end', () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`status ${answer.statusCode}`)),
        );
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
    return performance.now() - started;
  }

  parentPort?.on('message', async (order: Order) => {
    const body = bodies[order.body]();
    const hello = Buffer.from('{"model":"bench","messages":[{"role":"user","content":"Hello"}]}');
    const large: number[] = [];
    const small: number[] = [];
    for (let round = 0; round <= order.rounds; round++) {
      let passing = true;
      const passed = ask(order, body).then((took) => {
        passing = false;
        if (round > 0) large.push(took);
      });
      while (passing) {
        const took = await ask(order, hello);
        if (round > 0) small.push(took);
      }
      await passed;
      parentPort?.postMessage('round');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    parentPort?.postMessage({ large, small } satisfies Seen);
  });
  parentPort?.postMessage(`http://127.0.0.1:${port}`);
}
