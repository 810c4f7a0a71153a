// A gateway as it looks after six weeks in a small company: members, projects, keys, limits, a ledger, requests of just
// now with every kind of ending. For the pictures of the console in docs/console/; loopback upstreams stand in for providers.
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { type ConsoleStand, startConsole } from '../tests/console/stand.ts';
import { fillUsage } from '../tests/console/usage-data.ts';
import {
  finish,
  refusal,
  roleChunk,
  type Script,
  stream,
  text,
  usageChunk,
} from '../tests/support/scripted-upstream.ts';
import { upstreamKey } from '../tests/support/start-gateway.ts';

export interface Scene extends AsyncDisposable {
  readonly stand: ConsoleStand;
  /** A gateway that was started for the first time just now. */
  readonly fresh: ConsoleStand;
  readonly keyId: string;
  readonly requestId: string;
}

const answer = `Here is a short plan:

1. **Measure** what a request costs today, by model and by project.
2. Set a monthly limit for each project; the gateway holds the worst case before it sends anything.
3. Route the long tail to a smaller model:

\`\`\`yaml
models:
  support-bot:
    route:
      - [ { provider: openai, model: gpt-5.1-mini } ]
      - [ { provider: cluster, model: qwen3-coder } ]
\`\`\`

| Model | Cost of 1,000 answers |
|---|---|
| gpt-5.1 | $9.40 |
| gpt-5.1-mini | $1.90 |

Most teams save about *two thirds* with the second step alone.`;

/** As a model writes: some words at a time, with pauses. */
function written(pauseMs: number): Script {
  const words = answer.split(/(?<= )/);
  const pieces = Array.from({ length: Math.ceil(words.length / 3) }, (_, index) =>
    words.slice(index * 3, index * 3 + 3).join(''),
  );
  return stream([
    roleChunk,
    { wait: pauseMs * 6 },
    ...pieces.flatMap((piece) => [text(piece), { wait: pauseMs }]),
    finish(),
    usageChunk({ prompt_tokens: 412, completion_tokens: 236, total_tokens: 648 }),
    'data: [DONE]\n\n',
  ]);
}

const price = (input: number, cached_input: number, output: number) => ({ input, cached_input, output });

function configOf(url: string) {
  const provider = { type: 'openai-compatible', base_url: url, api_key: upstreamKey };
  const route = (...names: readonly (readonly [provider: string, model: string])[]) =>
    names.map(([name, model]) => [{ provider: name, model }]);
  return {
    providers: { openai: provider, anthropic: provider, gemini: provider, cluster: provider },
    models: {
      'gpt-5.1': {
        price: price(1.25, 0.125, 10),
        route: route(['openai', 'gpt-5.1'], ['anthropic', 'claude-sonnet-4-5']),
      },
      'gpt-5.1-mini': { price: price(0.25, 0.025, 2), route: route(['openai', 'gpt-5.1-mini']) },
      'claude-sonnet-4.5': { price: price(3, 0.3, 15), route: route(['anthropic', 'claude-sonnet-4-5']) },
      'gemini-3-flash': { price: price(0.3, 0.03, 2.5), route: route(['gemini', 'gemini-3-flash']) },
      'qwen3-coder-30b-a3b-instruct': {
        price: price(0.05, 0.05, 0.1),
        route: route(['cluster', 'qwen3-coder']),
      },
    },
    limits: [{ scope: { project: 'default' }, metric: 'cost', window: 'month', amount: 400 }],
    logging: { content: 'all' },
  };
}

export async function startScene(browser: Browser): Promise<Scene> {
  const stand = await startConsole(browser);
  const { gateway, upstream } = stand;
  upstream.always(written(4));
  await gateway.configure(configOf(upstream.url));
  // Somebody has set the console up: the first window signs in.
  await using first = await stand.open('/settings');
  void first;

  const projects = [];
  for (const name of ['Support', 'Research', 'Website'])
    projects.push(await stand.post('/projects', { name }));
  const names = [
    'Support bot, production',
    'Support bot, staging',
    'Paper summaries',
    'Search on the website',
    'Nightly evaluation',
  ];
  const keys = [];
  for (const [index, name] of names.entries()) {
    const project = projects[index % projects.length];
    keys.push(await stand.post('/keys', { name, project: project.id }));
  }
  const [bot, staging, papers, search, nightly] = keys;
  for (const [scope, metric, window, amount] of [
    [{ key: bot.id }, 'cost', 'month', '250'],
    [{ key: staging.id }, 'cost', 'day', '2'],
    [{ key: papers.id }, 'tokens', 'day', 2_000_000],
    [{ key: search.id }, 'requests', 'minute', 600],
    [{ project: projects[1].id }, 'cost', 'month', '120'],
    [{ key: '*' }, 'concurrent', undefined, 32],
  ] as const) {
    await stand.post('/limits', { scope, metric, ...(window ? { window } : {}), amount });
  }
  await stand.call('PATCH', `/keys/${nightly.id}`, { disabled: true });
  for (const [name, email, role] of [
    ['Grace Hopper', 'grace@example.com', 'member'],
    ['Alan Turing', 'alan@example.com', 'viewer'],
  ])
    await stand.post('/members', { name, email, role });
  fillUsage(gateway.folder, [bot, papers, search, staging], Date.now(), 45, 1.5);

  await ask(stand, bot.key, 'gpt-5.1');
  upstream.next(refusal(503, { message: 'overloaded', code: 'overloaded' }));
  await ask(stand, bot.key, 'gpt-5.1');
  upstream.next(refusal(400, { message: 'This model does not take images.', code: 'invalid_value' }));
  await ask(stand, search.key, 'gemini-3-flash');
  for (const model of ['gpt-5.1-mini', 'claude-sonnet-4.5', 'qwen3-coder-30b-a3b-instruct'])
    await ask(stand, papers.key, model);
  await ask(stand, bot.key, 'claude-sonnet-4.5');
  await delay(1500);
  const { data } = await stand.get('/requests?limit=20');
  // The one that a second target answered.
  const shown = data.find(
    ({ model, provider }: { model: string; provider: string }) =>
      model === 'gpt-5.1' && provider === 'anthropic',
  );
  upstream.always(written(12));
  const fresh = await startConsole(browser);
  return {
    stand,
    fresh,
    keyId: bot.id,
    requestId: shown.id,
    async [Symbol.asyncDispose]() {
      await stand[Symbol.asyncDispose]();
      await fresh[Symbol.asyncDispose]();
    },
  };
}

async function ask({ gateway }: ConsoleStand, key: string, model: string): Promise<void> {
  const response = await gateway.chat(
    {
      model,
      stream: true,
      user: 'customer-4',
      messages: [
        { role: 'system', content: 'You help a small company to spend less on models.' },
        { role: 'user', content: 'How do we bring the bill for our support bot down?' },
      ],
    },
    { key },
  );
  await response.text();
}
