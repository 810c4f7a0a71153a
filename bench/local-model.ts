// The embedded model through the gateway: how fast an answer is written against the same library driven bare, and how
// soon a second turn begins on a prefix that the first has fed already. Needs Linux, to look at the model's process.
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { ChildHealth, ChildOptions } from '../src/local/child-protocol.ts';
import { ask, type ChatMessage } from './ask.ts';
import type { BareAnswer, BareLoop, BareOptions } from './bare-decode.ts';
import { startGateway, untilReady } from './gateway.ts';
import { end, root, spawnPinned } from './spawn.ts';
import { ratios, type Spread, spread } from './statistics.ts';

export interface LocalModelFigures {
  readonly model: string;
  readonly threads: number;
  readonly contextSize: number;
  readonly answerTokens: number;
  readonly tokensPerSecond: { readonly gateway: Spread; readonly lowLevel: Spread; readonly library: Spread };
  readonly ratio: { readonly lowLevel: Spread; readonly library: Spread };
  /** Whether gateway and bare loop wrote the same words, which shows that they did the same work. */
  readonly sameText: boolean;
  readonly firstToken: {
    readonly prefixTokens: number;
    readonly firstTurnMs: Spread;
    readonly secondTurnMs: Spread;
    readonly ratio: Spread;
  };
}

const answerTokens = 128;
const modelName = 'gpt-5.1';
/** Fetching a model may be part of it, once. */
const longestLoadMs = 20 * 60_000;
const longestAnswerMs = 300_000;

const story: readonly ChatMessage[] = [
  { role: 'user', content: 'Tell me a long story about a lighthouse keeper and a storm. Take your time.' },
];

/** Why it cannot be measured here; `undefined` when it can. */
export function localModelProblem(): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.env.TOLLGATE_LOCAL_MODEL === 'off') return 'TOLLGATE_LOCAL_MODEL is off';
  return existsSync(join(root, 'node_modules', 'node-llama-cpp'))
    ? undefined
    : 'node-llama-cpp is not installed';
}

/** Uses TOLLGATE_LOCAL_MODEL, else the model that a gateway fetches by itself; that one is kept for the next run. */
export async function measureLocalModel(rounds: number): Promise<LocalModelFigures> {
  const dataFolder = join(root, 'bench', 'results', 'local-model');
  mkdirSync(dataFolder, { recursive: true });
  await using gateway = await startGateway({
    workers: 1,
    dataFolder,
    place: 'anywhere',
    localModel: process.env.TOLLGATE_LOCAL_MODEL ?? '',
  });
  await untilReady(gateway.found, longestLoadMs);
  const child = childOptions(gateway.pid);
  const { threads, context_window: contextSize } = await healthOf(child);
  const bareOptions = {
    modelPath: child.modelPath,
    contextSize,
    threads,
    messages: story,
    tokens: answerTokens,
  };
  const speeds = { gateway: [] as number[], lowLevel: [] as number[], library: [] as number[] };
  let sameText = true;
  {
    await using bare = await startBare(bareOptions);
    for (let round = -1; round < rounds; round++) {
      const asked = await ask(gateway.found, modelName, story, answerTokens);
      const lowLevel = await bare.write('low-level');
      const library = await bare.write('library');
      sameText &&= asked.text.trim() === lowLevel.text.trim() && lowLevel.text === library.text;
      if (round < 0) continue;
      speeds.gateway.push(perSecond(asked.completionTokens, asked.writingMs));
      speeds.lowLevel.push(perSecond(lowLevel.tokens, lowLevel.writingMs));
      speeds.library.push(perSecond(library.tokens, library.writingMs));
    }
  }
  const { gateway: own, lowLevel, library } = speeds;
  return {
    model: child.modelLabel,
    threads,
    contextSize,
    answerTokens,
    tokensPerSecond: { gateway: spread(own), lowLevel: spread(lowLevel), library: spread(library) },
    ratio: { lowLevel: ratios(own, lowLevel), library: ratios(own, library) },
    sameText,
    firstToken: await measureFirstToken(gateway.found, rounds),
  };
}

/** Each round has a prefix of its own from its first word on, so that nothing of an earlier one can be reused. */
async function measureFirstToken(url: string, rounds: number): Promise<LocalModelFigures['firstToken']> {
  const first: number[] = [];
  const second: number[] = [];
  let prefixTokens = 0;
  for (let round = 0; round < rounds; round++) {
    const turn: ChatMessage[] = [
      { role: 'system', content: `${round} ${prefixText(round)}` },
      { role: 'user', content: 'What is this text about?' },
    ];
    const before = await ask(url, modelName, turn, 16);
    const after = await ask(
      url,
      modelName,
      [...turn, { role: 'assistant', content: before.text }, { role: 'user', content: 'And who is in it?' }],
      16,
    );
    first.push(before.firstMs);
    second.push(after.firstMs);
    prefixTokens = before.promptTokens;
  }
  return {
    prefixTokens,
    firstTurnMs: spread(first),
    secondTurnMs: spread(second),
    ratio: ratios(first, second),
  };
}

/** About 1,000 tokens of plain words. */
function prefixText(round: number): string {
  const words =
    'the keeper saw a ship near the rocks and lit every lamp while rain fell on his small house'.split(' ');
  return Array.from({ length: 990 }, (_, index) => words[(index * 7 + round) % words.length]).join(' ');
}

function perSecond(tokens: number, ms: number): number {
  return (tokens - 1) / (ms / 1000);
}

/** What the gateway gave its child process: only that process knows which model and how many threads it took. */
function childOptions(
  gatewayPid: number,
): ChildOptions & { readonly listen: { readonly socketPath: string } } {
  for (const pid of readFileSync(`/proc/${gatewayPid}/task/${gatewayPid}/children`, 'utf8')
    .trim()
    .split(' ')) {
    const argument = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .find((part) => part.startsWith('{'));
    if (argument) return JSON.parse(argument);
  }
  throw new Error('the gateway has no model process');
}

function healthOf({ listen: { socketPath } }: ReturnType<typeof childOptions>): Promise<ChildHealth> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/health' }, async (response) => {
      const pieces = await response.toArray();
      resolve(JSON.parse(Buffer.concat(pieces).toString()));
    })
      .on('error', reject)
      .end();
  });
}

async function startBare(options: BareOptions) {
  const child = spawnPinned(['bench/bare-decode.ts', JSON.stringify(options)], 'anywhere', {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const answer = async () => {
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(longestAnswerMs)]);
    const fail = () => ended.abort(new Error('the bare loop ended early'));
    child.once('exit', fail);
    const [message] = await once(child, 'message', { signal });
    child.off('exit', fail);
    return message as BareAnswer;
  };
  await answer();
  return {
    write(loop: BareLoop) {
      child.send(loop);
      return answer();
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}
