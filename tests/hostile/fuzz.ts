// A fuzz run: inputs in batches, many in flight, through the sockets of a real gateway and a real upstream; every answer
// judged, and after each batch the books, the process and a good request. What failed is made small and reported.

import { type FuzzStand, openFuzzStand } from './fuzz-stand.ts';
import { type HttpAnswer, headerOf } from './http-bytes.ts';
import { type Family, type Input, inputOf } from './inputs.ts';
import { judgeCompletion, judgeHead, judgeRefusal, parsed } from './judge-answer.ts';
import { judgeRelay } from './judge-relay.ts';
import { judgeStream, judgeWithOfficialClient, judgeWithOfficialHelper } from './judge-stream.ts';
import { numberIn } from './random.ts';
import { createRawClient, type Heard, playRaw, type RawClient } from './raw-client.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly inputs: number;
  /** Number of the first input. */
  readonly from?: number;
  readonly family?: Family;
  /** Connections in use at once. */
  readonly connections?: number;
  readonly batch?: number;
  /** Ends the run after so many failures. */
  readonly mostFailures?: number;
  readonly onBatch?: (report: FuzzReport) => void;
}

export interface FuzzFailure {
  readonly input: Input;
  readonly wrong: readonly string[];
}

export interface FuzzReport {
  readonly inputs: number;
  readonly seconds: number;
  readonly failures: readonly FuzzFailure[];
  /** Answers by status; `none` where the connection closed or fell silent, `stream` and `stream error` by their ends. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** What went wrong beside single inputs: the process, the books, a good request. */
  readonly wrong: readonly string[];
  readonly rows: number;
  readonly arrivals: number;
  /** After a collection: bytes when half of the inputs were through, and at the end. */
  readonly memory: readonly { readonly heapUsed: number; readonly external: number; readonly rss: number }[];
}

const patienceMs = 60_000;
const quietMs = 80;

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { seed, inputs, from = 0, connections = 64, batch = 5000, mostFailures = 200 } = options;
  const run = await openRun(seed);
  const begun = performance.now();
  const clients = Array.from({ length: connections }, () => createRawClient(run.stand.gateway.port));
  const memory: { heapUsed: number; external: number; rss: number }[] = [];
  let done = 0;
  const report = (): FuzzReport => ({
    inputs: done,
    seconds: (performance.now() - begun) / 1000,
    failures: run.failures,
    outcomes: run.outcomes,
    wrong: run.wrong,
    rows: run.stand.rows(),
    arrivals: run.stand.arrivals(),
    memory,
  });
  try {
    while (done < inputs && run.failures.length < mostFailures) {
      const end = Math.min(done + batch, inputs);
      let next = done;
      await Promise.all(
        clients.map(async (client) => {
          while (next < end) {
            const input = inputOf(seed, from + next++, run.stand.gateway.key, options.family);
            await run.judge(input, client);
          }
        }),
      );
      const half = inputs / 2;
      if ((done < half && end >= half) || end === inputs) memory.push(run.stand.memory());
      done = end;
      await run.settle();
      options.onBatch?.(report());
    }
  } finally {
    for (const client of clients) client.close();
    // How it ends belongs to what is tried.
    await Promise.resolve(run[Symbol.asyncDispose]()).catch((error: Error) => {
      run.wrong.push(`at the end: ${error.stack}`);
    });
  }
  return report();
}

/** Plays single inputs, one after the other. */
export interface Player extends AsyncDisposable {
  /** What is wrong with the answer. */
  play(input: Input): Promise<readonly string[]>;
}

export async function openPlayer(seed: number): Promise<Player> {
  const run = await openRun(seed);
  const client = createRawClient(run.stand.gateway.port);
  return {
    async play(input) {
      await run.judge(input, client);
      await run.settle();
      const failures = run.failures.splice(0).flatMap(({ wrong }) => wrong);
      return [...failures, ...run.wrong.splice(0)];
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await run[Symbol.asyncDispose]();
    },
  };
}

interface Run extends AsyncDisposable {
  readonly stand: FuzzStand;
  readonly failures: FuzzFailure[];
  readonly wrong: string[];
  readonly outcomes: Record<string, number>;
  judge(input: Input, client: RawClient): Promise<void>;
  /** After a batch: what the books and the process say, and whether a good request still works. */
  settle(): Promise<void>;
}

async function openRun(seed: number): Promise<Run> {
  const underWay = new Map<number, { readonly input: Input; readonly arrived: string[] }>();
  const smuggled: string[] = [];
  const stand = await openFuzzStand((body) => {
    const number = numberIn(body, seed) ?? numberIn(JSON.stringify(parsed(body)) ?? '', seed);
    const found = number === undefined ? undefined : underWay.get(number);
    if (!found && body.includes('smuggled-')) smuggled.push(body);
    found?.arrived.push(body);
    return found?.input.answer;
  });
  const failures: FuzzFailure[] = [];
  const wrong: string[] = [];
  const outcomes: Record<string, number> = {};

  function count(outcome: string): void {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }

  async function judge(input: Input, client: RawClient): Promise<void> {
    const entry = { input, arrived: [] as string[] };
    underWay.set(input.number, entry);
    const heard = await send(input, client);
    underWay.delete(input.number);
    const found = [...judgeHeard(input, heard)];
    for (const answer of heard.answers) {
      count(outcomeOf(answer));
      found.push(
        ...(await judgeAnswer(input, answer).catch((error: Error) => [`no judgement: ${error.stack}`])),
      );
    }
    if (heard.answers.length === 0) count(`none (${heard.ended})`);
    for (const body of entry.arrived) {
      if (input.family !== 'head') found.push(...judgeRelay(input.body, body, 'upstream-model'));
    }
    // Without its mark nobody knows whether it reached the upstream; of a name that stands twice only the last goes there.
    const meant = input.family === 'head' ? undefined : parsed(input.body.toString());
    const marked = meant !== undefined && numberIn(JSON.stringify(meant), seed) === input.number;
    if (marked) stand.expect(heard.answers[0], entry.arrived.length);
    else stand.expectAny();
    if (input.head?.smuggled && smuggled.some((body) => body.includes(input.head?.smuggled ?? '')))
      found.push('a request that was smuggled inside another went upstream');
    if (found.length > 0) failures.push({ input, wrong: found });
  }

  function send(input: Input, client: RawClient): Promise<Heard> {
    const { port, key } = stand.gateway;
    if (input.head) return playRaw(port, input.head.script, quietMs, patienceMs);
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${input.body.length}\r\n\r\n`;
    return client.exchange([Buffer.concat([Buffer.from(head), input.body])], patienceMs);
  }

  return {
    stand,
    failures,
    wrong,
    outcomes,
    judge,
    async settle() {
      wrong.push(...(await stand.check()));
    },
    [Symbol.asyncDispose]: () => stand[Symbol.asyncDispose](),
  };
}

function judgeHeard(input: Input, heard: Heard): string[] {
  const wrong: string[] = [];
  if (heard.broken !== undefined) wrong.push(`no HTTP: ${heard.broken}`);
  if (input.family === 'head') return wrong;
  if (heard.answers.length === 0)
    wrong.push(`no answer: the connection ${heard.ended === 'closed' ? 'closed' : 'fell silent'}`);
  if (heard.rest.length > 0) wrong.push(`bytes behind the answer: ${heard.rest.toString('latin1', 0, 100)}`);
  return wrong;
}

function outcomeOf(answer: HttpAnswer): string {
  if (!isStream(answer)) return String(answer.status);
  return answer.body.subarray(-14).includes('data: [DONE]') ? 'stream' : 'stream error';
}

function isStream(answer: HttpAnswer): boolean {
  return answer.headers.some(
    ([name, value]) => name === 'content-type' && value.startsWith('text/event-stream'),
  );
}

async function judgeAnswer(input: Input, answer: HttpAnswer): Promise<string[]> {
  // The body that would say why there is no id is not sent.
  if (input.head?.script.method === 'HEAD') return [];
  const wrong = judgeHead(answer);
  if (answer.status !== 200) return [...wrong, ...judgeRefusal(answer, input.family === 'answer')];
  const request = parsed(input.body.toString());
  if (isStream(answer)) {
    const includeUsage = request?.stream_options?.include_usage === true;
    const found = judgeStream(answer.body, { model: request?.model, includeUsage });
    if (found.length > 0) return [...wrong, ...found];
    wrong.push(...(await judgeWithOfficialClient(answer.body)));
    if (input.number % 8 === 3 && outcomeOf(answer) === 'stream')
      wrong.push(...(await judgeWithOfficialHelper(answer.body)));
    return wrong;
  }
  if (input.family !== 'head' || parsed(answer.body.toString())?.object === 'chat.completion')
    wrong.push(...judgeCompletion(answer.body, request?.model));
  else if (!headerOf(answer, 'content-type')) wrong.push('an answer without content type');
  return wrong;
}
