// `tollgate providers test`: one cheap request through every configured target, and what came of it.
import { parseArgs } from 'node:util';
import { secretsOf } from '../admin/trial/explain.ts';
import {
  type TargetFilter,
  type TrialTarget,
  trialTargets,
  unusedProviders,
} from '../admin/trial/targets.ts';
import { type KeyedTarget, tryTarget, withEachKey } from '../admin/trial/trial.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { didYouMean } from '../config/suggest.ts';
import { parseDuration } from '../config/units.ts';
import { systemClock } from '../core/clock.ts';
import { packageVersion } from '../core/version.ts';
import { createServedProviders } from '../gateway/provider-adapters.ts';
import { createUpstreamTransport } from '../providers/transport.ts';
import { type Command, UsageError } from './command.ts';
import { environmentOf } from './environment-flags.ts';
import { type TriedTarget, tableOf, toJson } from './providers/report.ts';
import { secretsOfDataFolder, storedOfDataFolder } from './secrets/open.ts';

const options = {
  config: { type: 'string' },
  data: { type: 'string' },
  model: { type: 'string' },
  provider: { type: 'string' },
  timeout: { type: 'string', default: '30s' },
  json: { type: 'boolean' },
} as const;

export const providers: Command = {
  help: `Usage: tollgate providers test [options]

Sends one request ("Say OK.", at most 16 tokens, streamed) to every target in the routes of the configuration, once with
each key of its provider, through the same adapters as the gateway, and prints what came of it. With paid models that
costs about a hundredth of a cent each. No gateway has to run; keys and ledger are not touched. The embedded model is
left out.

  --model <name>      only the targets of this public model
  --provider <name>   only the targets at this provider
  --timeout <time>    for each request, such as 500ms, 30s or 2m (30s)
  --json              print JSON
  --config <file>     configuration (TOLLGATE_CONFIG, default ./tollgate.yaml if present)
  --data <folder>     data folder with the stored secrets (TOLLGATE_DATA)

Exit code 0 when every target answers, 1 when one fails or the configuration is not usable, 2 for wrong use, 130 after
Ctrl-C.`,

  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [action, ...more] = positionals;
    if (action !== 'test') throw new UsageError(action ? `there is no action \`${action}\`.` : 'say test.');
    if (more.length > 0) throw new UsageError(`\`${more[0]}\` is one argument too many.`);
    const timeoutMs = parseDuration(values.timeout);
    if (timeoutMs === undefined) {
      throw new UsageError(
        `--timeout must be a time up to 24h, such as 500ms, 30s or 2m; it is \`${values.timeout}\`.`,
      );
    }
    const environment = environmentOf({ config: values.config, data: values.data });
    const config = await loadConfig(
      environment,
      secretsOfDataFolder(environment),
      storedOfDataFolder(environment),
    );
    requireKnown(config, values);
    const { served, embedded } = trialTargets(config, values);
    const stop = untilInterrupted();
    const tried = await tryAll(config, served, timeoutMs, stop);
    if (values.json) {
      const results = [...tried.map(toJson), ...embedded.map(toSkipped)];
      process.stdout.write(`${JSON.stringify({ tollgate: packageVersion(), results }, null, 2)}\n`);
    } else {
      if (tried.length > 0) process.stdout.write(tableOf(tried));
      const remarks = remarksOn(config, values, served, embedded);
      if (remarks !== '') process.stdout.write(`${tried.length > 0 ? '\n' : ''}${remarks}`);
    }
    if (stop.aborted) {
      process.stderr.write('tollgate providers: stopped before all targets had answered.\n');
      return 130;
    }
    return tried.some(({ trial }) => trial.outcome !== 'ok') ? 1 : 0;
  },
};

/** A name that does not exist would test nothing and look like a success. */
function requireKnown(config: Config, { model, provider }: TargetFilter): void {
  const models = config.routes.models().map(({ name }) => name);
  const names = config.providers.map(({ name }) => name);
  if (model !== undefined && !models.includes(model)) {
    throw new UsageError(`there is no model \`${model}\`.${didYouMean(model, models) || known(models)}`);
  }
  if (provider !== undefined && !names.includes(provider)) {
    throw new UsageError(
      `there is no provider \`${provider}\`.${didYouMean(provider, names) || known(names)}`,
    );
  }
}

const known = (names: readonly string[]) => ` Configured are: ${names.join(', ')}.`;

/** Aborts on Ctrl-C and the like: calls under way are ended, what is known by then is printed. */
function untilInterrupted(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

/** At the same time: enough to be quick, too few for a rate limit. */
const atOnce = 4;

async function tryAll(
  config: Config,
  targets: readonly TrialTarget[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<TriedTarget[]> {
  await using transport = createUpstreamTransport();
  const ports = { transport, clock: systemClock };
  const adapters = createServedProviders(config, systemClock);
  const keyed = targets.flatMap((target) => withEachKey(target, adapters));
  const definitions = new Map(config.providers.map((definition) => [definition.name, definition]));
  const tried: TriedTarget[] = [];
  let next = 0;
  const work = async () => {
    for (let index = next++; index < keyed.length; index = next++) {
      const each = keyed[index] as KeyedTarget;
      const trial = await tryTarget(each, timeoutMs, signal, ports);
      tried[index] = { ...each, trial, secrets: secretsOf(definitions.get(each.target.provider)) };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return tried;
}

function remarksOn(
  config: Config,
  filter: TargetFilter,
  served: readonly TrialTarget[],
  embedded: readonly TrialTarget[],
): string {
  const remarks: string[] = [];
  if (embedded.length > 0) {
    const models = [...new Set(embedded.flatMap((each) => each.models))].join(', ');
    remarks.push(
      `Left out: the embedded model (${models}), which belongs to a running gateway. \`tollgate doctor\` checks it, \`tollgate chat\` asks it.`,
    );
  }
  const unused = unusedProviders(config).filter(
    (name) => filter.provider === undefined || name === filter.provider,
  );
  if (filter.model === undefined && unused.length > 0) {
    remarks.push(`Left out, since no model routes there: ${unused.join(', ')}.`);
  }
  if (served.length === 0) remarks.push('There was nothing to try.');
  return remarks.map((remark) => `${remark}\n`).join('');
}

function toSkipped({ target, models }: TrialTarget) {
  return { provider: target.provider, model: target.model, models, result: 'skipped' };
}
