// `tollgate serve`: the gateway until a signal ends it.
import { parseArgs } from 'node:util';
import { packageVersion } from '../core/version.ts';
import type { Gateway, GatewayOptions } from '../gateway/running.ts';
import { trimAfterPeaks } from '../gateway/trim-after-peaks.ts';
import { trimMemory } from '../gateway/trim-memory.ts';
import { openLog } from '../telemetry/log.ts';
import { type Command, CommandError } from './command.ts';
import { tellEngineStates } from './engine-lines.ts';
import { environmentHelp, environmentOf, environmentOptions, variablesOf } from './environment-flags.ts';
import { paint } from './paint.ts';
import { createProgressLine } from './progress-line.ts';
import { untilSignal } from './signals.ts';

export const serve: Command = {
  help: `Usage: tollgate serve [options]

Starts the gateway and the embedded model. The first start prints an API key and
the admin link, once.

${environmentHelp}

TOLLGATE_WORKERS is how many processes serve requests (default: one for each processor core; 1 = a single process).
SIGTERM or Ctrl-C: no new requests, streams under way finish (30 s), the ledger is settled, exit 0. A second Ctrl-C
ends it at once.
SIGHUP: reads tollgate.yaml again (it is also watched).
Log lines are JSON on standard error; TOLLGATE_LOG_LEVEL is debug, info, warn, error or silent.`,

  async run(args) {
    const { values } = parseArgs({ args: [...args], options: environmentOptions });
    const environment = environmentOf(values);
    const level = environment.logLevel ?? (process.stderr.isTTY ? 'warn' : 'info');
    await using opened = openLog(level);
    const { log } = opened;
    // What is said here is for whoever reads it; that nobody does, or that a disk is full, ends no gateway.
    process.stdout.on('error', () => undefined);
    const terminal = createProgressLine(process.stdout);
    let gateway: Gateway;
    try {
      const options = { environment, log, say: terminal.say, onProgress: terminal.progress };
      gateway = await startGateway(options, variablesOf(values), level);
    } catch (error) {
      throw explained(error, environment.host, environment.port);
    }
    await using running = gateway;
    trimMemory();
    using _trimming = trimAfterPeaks();
    // `npm start` runs in a clone, where the command is a script of the package.
    const inClone = environment.variable('npm_lifecycle_event') !== undefined;
    greet(running, inClone ? 'npm run tollgate --' : 'tollgate', terminal.say);
    const stopTelling = tellEngineStates(running.engine, terminal.say);
    const reload = () => void running.config.reload();
    process.on('SIGHUP', reload);
    const signal = await untilSignal();
    stopTelling();
    process.off('SIGHUP', reload);
    terminal.say(`${signal}: no new requests; waiting for those under way, then settling the ledger.`);
    await running[Symbol.asyncDispose]();
    terminal.say('Stopped.');
    return 0;
  },
};

async function startGateway(
  options: GatewayOptions,
  flags: Readonly<Record<string, string | undefined>>,
  logLevel: string,
): Promise<Gateway> {
  const { workers } = options.environment;
  if (workers === 1) return (await import('../gateway.ts')).createGateway(options);
  const { createSharedGateway } = await import('../gateway/workers/primary.ts');
  return createSharedGateway({ ...options, workers, flags, logLevel });
}

function explained(error: unknown, host: string, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return new CommandError(
      `${host}:${port} is taken by another program. Stop that one, or choose another port: --port 8081 (or TOLLGATE_PORT).`,
    );
  }
  if (code === 'EACCES') {
    return new CommandError(
      `this user may not listen on ${host}:${port}. Choose a port above 1023: --port 8080.`,
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new CommandError(
      `${host} is no address of this machine. Use 127.0.0.1, or 0.0.0.0 for every interface.`,
    );
  }
  return error;
}

function greet(gateway: Gateway, command: string, say: (line: string) => void): void {
  const { url, bootstrap, adminToken, recovered, config } = gateway;
  say(`Tollgate ${packageVersion()} listens on ${paint('bold', url)}`);
  if (recovered > 0)
    say(`${recovered} ${recovered === 1 ? 'request' : 'requests'} of an earlier run closed as recovered.`);
  if (bootstrap.presetIgnored) {
    say(
      'TOLLGATE_BOOTSTRAP_KEY is not one of the keys in this data folder and was ignored: it only makes the first key.',
    );
  }
  if (adminToken !== undefined) {
    say(`\nThe admin link, shown only now: ${paint('bold', `${url}/#setup=${adminToken}`)}`);
    say(
      'Open it in a browser to set up the console. What follows `#setup=` is the admin token: keep it secret.',
    );
  } else say(`Console: ${url}/`);
  const { created } = bootstrap;
  if (created) {
    // A preset key is known to whoever preset it, so it is not printed.
    const preset = config.current.bootstrapKey !== undefined;
    if (!preset) say(`\nYour first API key, shown only now: ${paint('bold', created.plaintext)}\n`);
    say(tryIt(url, preset ? '$TOLLGATE_BOOTSTRAP_KEY' : created.plaintext));
  } else {
    say(`Keys: \`${command} keys create\`, \`${command} keys list\`. Talk to it: \`${command} chat\`.`);
  }
}

function tryIt(url: string, key: string): string {
  return `Try it:

  curl ${url}/v1/chat/completions \\
    -H "Authorization: Bearer ${key}" \\
    -H "Content-Type: application/json" \\
    -d '{"model": "gpt-5.1", "messages": [{"role": "user", "content": "Please introduce yourself"}]}'
`;
}
