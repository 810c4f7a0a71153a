// `tollgate local`: the embedded model alone, as an OpenAI-compatible server without keys and ledger.
import { parseArgs } from 'node:util';
import type { EngineStatus } from '../core/ports.ts';
import { createLocalEngine } from '../local/supervisor.ts';
import { type Command, CommandError } from './command.ts';
import { tellEngineStates } from './engine-lines.ts';
import { environmentHelp, environmentOf, environmentOptions } from './environment-flags.ts';
import { paint } from './paint.ts';
import { createProgressLine } from './progress-line.ts';
import { untilSignal } from './signals.ts';

const options = { ...environmentOptions, 'api-key': { type: 'string' } } as const;

export const local: Command = {
  help: `Usage: tollgate local [options]

Serves the embedded model as an OpenAI-compatible endpoint of its own: no keys, no ledger. Put it behind a gateway on
another machine as a provider of type openai-compatible.

${environmentHelp}
  --api-key <key>         requests must carry it; without one, everybody who reaches the port may ask`,

  async run(args) {
    const { values } = parseArgs({ args: [...args], options });
    const environment = environmentOf(values);
    const { host } = environment;
    const terminal = createProgressLine(process.stdout);
    await using engine = createLocalEngine({
      setting: environment.localModel,
      dataFolder: environment.dataFolder,
      environment: environment.childVariables(),
      huggingFaceEndpoint: environment.huggingFaceEndpoint,
      listen: { host, port: environment.port },
      say: terminal.say,
      onProgress: terminal.progress,
      log: (line) => process.stderr.write(`${line}\n`),
      child: values['api-key'] === undefined ? {} : { apiKey: values['api-key'] },
    });
    tellEngineStates(engine, terminal.say);
    const ended = new Promise<EngineStatus>((resolve) => {
      engine.onStatus((status) => {
        if (status.state === 'failed' || status.state === 'off') resolve(status);
        if (status.state !== 'ready') return;
        terminal.say(
          `It answers on ${paint('bold', `${engine.url ?? `http://${host}`}/v1/chat/completions`)}`,
        );
      });
    });
    engine.start();
    const outcome = await Promise.race([ended, untilSignal()]);
    if (typeof outcome !== 'string') throw new CommandError(outcome.detail);
    return 0;
  },
};
