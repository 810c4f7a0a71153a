// `tollgate chat`: a conversation with the gateway in the terminal, streamed, thinking dimmed.
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { createKeyWriter } from '../accounts/key-admin.ts';
import type { Environment } from '../config/env.ts';
import { systemClock } from '../core/clock.ts';
import { openToolStore } from '../store/open.ts';
import { streamAnswer, type Turn } from './chat-stream.ts';
import { type Command, CommandError } from './command.ts';
import { environmentOf, environmentOptions } from './environment-flags.ts';
import { paint } from './paint.ts';
import { urlHost } from './url-host.ts';

const options = {
  ...environmentOptions,
  url: { type: 'string' },
  key: { type: 'string' },
  model: { type: 'string', default: 'gpt-5.1' },
  system: { type: 'string' },
} as const;

export const chat: Command = {
  help: `Usage: tollgate chat [question] [options]

With a question, or a text on standard input, it answers once; without, it is a conversation.

  --model <name>     default gpt-5.1; gpt-5.1-thinking shows its thinking
  --system <text>    system message
  --url <address>    a gateway elsewhere (default: the one on TOLLGATE_HOST and TOLLGATE_PORT)
  --key <key>        API key (TOLLGATE_API_KEY); without one, a temporary key is made in the data folder and revoked
                     at the end, if the gateway runs on this machine
  --data, --port     as for \`tollgate serve\`

In a conversation: /model <name>, /clear, /exit. Ctrl-C stops an answer.`,

  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const environment = environmentOf(values);
    const url = (values.url ?? `http://${urlHost(environment.host)}:${environment.port}`).replace(/\/+$/, '');
    const question = positionals.length > 0 ? positionals.join(' ') : await pipedQuestion();
    const ending = untilUnwanted();
    await using access = await keyFor(environment, values.key, values.url !== undefined);
    const turns: Turn[] = values.system === undefined ? [] : [{ role: 'system', content: values.system }];
    const gateway = { url, key: access.key, model: values.model };
    if (question !== undefined) {
      return await answerOnce(gateway, [...turns, { role: 'user', content: question }], ending);
    }
    // Awaited here, or the key would be revoked before the conversation begins.
    return await converse(gateway, turns, ending);
  },
};

/**
 * Aborts when the reader of the output is gone or the process is told to end, so that it ends in order: the temporary
 * key must not outlive it.
 */
function untilUnwanted(): AbortSignal {
  const ending = new AbortController();
  const end = () => ending.abort();
  process.stdout.on('error', end);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  return ending.signal;
}

interface Target {
  readonly url: string;
  readonly key: string;
  model: string;
}

async function answerOnce(gateway: Target, turns: readonly Turn[], ending: AbortSignal): Promise<number> {
  await streamAnswer(gateway, turns, process.stdout, ending);
  return 0;
}

async function converse(gateway: Target, turns: Turn[], ending: AbortSignal): Promise<number> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  let over = false;
  terminal.once('close', () => {
    over = true;
  });
  ending.addEventListener('abort', () => terminal.close());
  process.stdout.write(paint('dim', `${gateway.model} on ${gateway.url} · /model <name>, /clear, /exit\n`));
  const system = turns.length;
  while (!over && !ending.aborted) {
    const line = await ask(terminal);
    if (line === undefined || line === '/exit') break;
    if (line === '') continue;
    if (line === '/clear') {
      turns.length = system;
    } else if (line.startsWith('/model')) {
      gateway.model = line.slice('/model'.length).trim() || gateway.model;
      process.stdout.write(paint('dim', `model: ${gateway.model}\n`));
    } else {
      await converseTurn(gateway, turns, line, terminal, ending);
    }
  }
  terminal.close();
  return 0;
}

/** One question and its answer; what went wrong is said and the conversation goes on without it. */
async function converseTurn(
  gateway: Target,
  turns: Turn[],
  line: string,
  terminal: ReturnType<typeof createInterface>,
  ending: AbortSignal,
): Promise<void> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  terminal.once('SIGINT', stop);
  turns.push({ role: 'user', content: line });
  try {
    const answer = await streamAnswer(
      gateway,
      turns,
      process.stdout,
      AbortSignal.any([interrupt.signal, ending]),
    );
    turns.push({ role: 'assistant', content: answer });
  } catch (error) {
    turns.pop();
    if (!(error instanceof CommandError)) throw error;
    process.stdout.write(`${paint('red', error.message)}\n`);
  } finally {
    terminal.off('SIGINT', stop);
  }
}

async function ask(terminal: ReturnType<typeof createInterface>): Promise<string | undefined> {
  const ended = new AbortController();
  const end = () => ended.abort();
  terminal.once('close', end);
  terminal.once('SIGINT', end);
  try {
    return (await terminal.question(paint('bold', '> '), { signal: ended.signal })).trim();
  } catch (error) {
    // End of input or Ctrl-C at the prompt: the conversation is over.
    if (ended.signal.aborted) return undefined;
    throw error;
  } finally {
    terminal.off('close', end);
    terminal.off('SIGINT', end);
  }
}

async function pipedQuestion(): Promise<string | undefined> {
  if (process.stdin.isTTY) return undefined;
  let text = '';
  for await (const piece of process.stdin.setEncoding('utf8')) text += piece;
  if (text.trim() === '') throw new CommandError('standard input is empty; there is no question to answer.');
  return text.trim();
}

interface Access extends AsyncDisposable {
  readonly key: string;
}

async function keyFor(
  environment: Environment,
  flag: string | undefined,
  elsewhere: boolean,
): Promise<Access> {
  const given = flag ?? environment.variable('TOLLGATE_API_KEY') ?? environment.bootstrapKey?.reveal();
  if (given !== undefined) return { key: given, [Symbol.asyncDispose]: async () => undefined };
  if (elsewhere) throw new CommandError('a gateway elsewhere needs a key: --key or TOLLGATE_API_KEY.');
  const store = await openToolStore(environment, { clock: systemClock });
  const writer = createKeyWriter({ reader: store.keyReader, writer: store.keyWriter }, systemClock);
  const { key, plaintext } = await writer.create({
    name: 'tollgate chat',
    // Should this process be killed before it revokes the key.
    expiresAt: systemClock.now() + 24 * 3_600_000,
  });
  return {
    key: plaintext,
    async [Symbol.asyncDispose]() {
      await writer.revoke(key.id);
      await store[Symbol.asyncDispose]();
    },
  };
}
