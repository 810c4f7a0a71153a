// `node bench/faulty-targets.ts [requests]`: two targets of one model, 30 % of what the first is asked fails. How many
// requests are lost or answered twice (none may be), and what the client waits longer than when nothing fails.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'undici';
import { type FaultyUpstream, startFaultyUpstream } from './faulty-upstream.ts';
import { apiKey, countLedger, makeFolder, untilReady } from './gateway.ts';
import { start } from './spawn.ts';
import { quantile } from './statistics.ts';

const clients = 16;

/** A shared machine has slow minutes: the runs take turns, so that each has its share of them. */
const rounds = 5;

interface Outcome {
  /** Of each request, in ms. */
  readonly latencies: Float64Array;
  /** Without the right answer. */
  readonly lost: number;
  /** Answered in full by more than one upstream, or more than once. */
  readonly doubled: number;
  readonly faults: number;
  /** Rows of the ledger, those settled, and how many different costs they have: of one request each, all, and one. */
  readonly ledger: ReturnType<typeof countLedger>;
}

async function measure(requests: number, faultsInTen: number, breaker: 'on' | 'off'): Promise<Outcome> {
  await using first = await startFaultyUpstream(faultsInTen);
  await using second = await startFaultyUpstream(0);
  using folder = makeFolder();
  const config = join(folder.path, 'tollgate.yaml');
  writeFileSync(config, JSON.stringify(configOf([first, second], breaker)));
  const latencies = new Float64Array(requests);
  let lost = 0;
  {
    await using gateway = await start({
      args: ['src/main.ts', 'serve'],
      place: 'measured',
      environment: {
        TOLLGATE_PORT: '0',
        TOLLGATE_DATA: folder.path,
        TOLLGATE_CONFIG: config,
        TOLLGATE_BOOTSTRAP_KEY: apiKey,
        TOLLGATE_LOCAL_MODEL: 'off',
      },
      until: /listens on (http:\S+)/,
    });
    await untilReady(gateway.found, 20_000);
    const pool = new Pool(gateway.found, { connections: clients });
    let next = 0;
    const client = async () => {
      for (let turn = next++; turn < requests; turn = next++) {
        const asked = performance.now();
        if (!(await ask(pool, turn))) lost++;
        latencies[turn] = performance.now() - asked;
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    await pool.close();
  }
  return {
    latencies,
    lost,
    doubled: doubledIn([first, second]),
    faults: first.faults(),
    ledger: countLedger(folder.path),
  };
}

function configOf(upstreams: readonly FaultyUpstream[], breaker: 'on' | 'off'): object {
  const names = ['first', 'second'];
  return {
    ...(breaker === 'off' ? { server: { circuit_breaker: 'off' } } : {}),
    providers: Object.fromEntries(
      upstreams.map(({ url }, index) => [
        names[index],
        { type: 'openai-compatible', base_url: url, api_key: 'key' },
      ]),
    ),
    models: {
      bench: {
        price: { input: 1, output: 2 },
        route: [names.map((provider) => ({ provider, model: 'upstream-model' }))],
      },
    },
  };
}

/** Every second request is a stream. */
async function ask(pool: Pool, turn: number): Promise<boolean> {
  const mark = `mark-${turn}`;
  const stream = turn % 2 === 1;
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'bench',
      messages: [{ role: 'user', content: mark }],
      ...(stream ? { stream } : {}),
    }),
  });
  const text = await body.text();
  return (
    statusCode === 200 &&
    text.includes(`"content":"${mark}"`) &&
    (!stream || text.endsWith('data: [DONE]\n\n'))
  );
}

function doubledIn(upstreams: readonly FaultyUpstream[]): number {
  const counts = new Map<string, number>();
  for (const { answered } of upstreams) {
    for (const [mark, count] of answered) counts.set(mark, (counts.get(mark) ?? 0) + count);
  }
  return [...counts.values()].filter((count) => count > 1).length;
}

const runs = [
  ['no faults', 0, 'on'],
  ['30 % of one target', 3, 'on'],
  ['the same, without circuit breaker', 3, 'off'],
] as const;

const requests = Math.ceil(Number(process.argv[2] ?? 10_000) / rounds);
console.log(
  `${requests * rounds} requests each, half of them streams, ${clients} at a time, in ${rounds} rounds`,
);
const outcomes = new Map<string, Outcome[]>(runs.map(([name]) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, inTen, breaker] of runs)
    outcomes.get(name)?.push(await measure(requests, inTen, breaker));
}

function latencyOf(name: string, q: number): number {
  const all = outcomes.get(name)?.flatMap(({ latencies }) => [...latencies]) ?? [];
  return quantile(
    all.sort((a, b) => a - b),
    q,
  );
}

function against(name: string, q: number): string {
  const value = latencyOf(name, q);
  const added = value - latencyOf(runs[0][0], q);
  const words = name === runs[0][0] ? '' : ` (${added >= 0 ? '+' : ''}${added.toFixed(1)})`;
  return `p${q * 100} ${value.toFixed(1)} ms${words}`;
}

let bad = false;
for (const [name] of runs) {
  const all = outcomes.get(name) ?? [];
  const sum = (figure: (outcome: Outcome) => number) =>
    all.reduce((total, outcome) => total + figure(outcome), 0);
  const [lost, doubled, rows] = [
    sum((one) => one.lost),
    sum((one) => one.doubled),
    sum((one) => one.ledger.rows),
  ];
  const settled = sum((one) => one.ledger.settled);
  console.log(
    [
      `${name}: ${sum((one) => one.faults)} faults, ${lost} lost, ${doubled} answered twice`,
      `${against(name, 0.5)}, ${against(name, 0.99)}`,
      `ledger: ${rows} rows, ${settled} settled`,
    ].join('; '),
  );
  const whole =
    rows === requests * rounds && settled === rows && all.every(({ ledger }) => ledger.distinctCosts === 1);
  bad ||= lost > 0 || doubled > 0 || !whole;
}
process.exitCode = bad ? 1 : 0;
