// `tollgate conformance`: tests any OpenAI-compatible server against the wire contract and prints a table.
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { catalogue, selectChecks } from '../conformance/catalogue.ts';
import type { CheckGroup } from '../conformance/check.ts';
import { markdownOf } from '../conformance/markdown.ts';
import { findModel, whyUntestable } from '../conformance/preflight.ts';
import { type CheckResult, runChecks, type Summary, summarize } from '../conformance/run.ts';
import { connectTo, type Server, type ServerOptions } from '../conformance/server.ts';
import { packageVersion } from '../core/version.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { createReport } from './conformance-report.ts';
import { environmentOf } from './environment-flags.ts';
import { paint } from './paint.ts';
import { formatTable } from './table.ts';
import { urlHost } from './url-host.ts';

const options = {
  'base-url': { type: 'string' },
  'api-key': { type: 'string' },
  model: { type: 'string' },
  only: { type: 'string', multiple: true },
  timeout: { type: 'string', default: '120' },
  strict: { type: 'boolean' },
  large: { type: 'boolean' },
  list: { type: 'boolean' },
  json: { type: 'boolean' },
  markdown: { type: 'boolean' },
} as const;

export const conformance: Command = {
  help: `Usage: tollgate conformance [options]

Tests a server that speaks OpenAI's chat completions, Tollgate or any other, against the wire contract: what it refuses
and with which error, what its answers and streams look like byte for byte. Of some 150 requests the model answers 50,
in a few words each; with a paid model that costs some cents.

  --base-url <address>  as the official clients take it: http://127.0.0.1:8080/v1 (default: the gateway on
                        TOLLGATE_HOST and TOLLGATE_PORT; without a path /v1 is added)
  --api-key <key>       (TOLLGATE_API_KEY) none is sent without one
  --model <name>        default gpt-5.1 if the server lists it, else the first it lists
  --only <names>        some checks or groups of them: \`--only stream,tools.required\`; may be repeated
  --timeout <seconds>   for one exchange (120)
  --strict              also fail for what only should hold
  --large               also send a body of 34 MiB
  --list                list the checks, ask no server
  --json, --markdown    print the results so

Exit code 0 when every check that must hold passes or was skipped, 1 when one fails or the server does not answer, 2 for
wrong use. A check is skipped when the server says clearly that it cannot do what is asked.`,

  async run(args) {
    const { values } = parseArgs({ args: [...args], options });
    if (values.json && values.markdown) throw new UsageError('--json and --markdown exclude each other.');
    const groups = selectedGroups(values.only ?? []);
    if (values.list) return list(groups, values.json === true);
    const { baseUrl, apiKey } = targetOf(values['base-url'], values['api-key']);
    const timeoutMs = timeoutOf(values.timeout);
    const shared = { baseUrl, apiKey, timeoutMs, large: values.large === true, wait: waitFor };
    await using server = connectTo({ ...shared, model: values.model ?? (await modelOf(shared)) });
    const problem = await whyUntestable(server);
    if (problem !== undefined) throw new CommandError(problem);
    const format = values.json ? 'json' : values.markdown ? 'markdown' : 'lines';
    const { failed } = await examine(groups, server, format);
    return failed.must > 0 || (values.strict && failed.should > 0) ? 1 : 0;
  },
};

const waitFor = (ms: number) => delay(ms);

function selectedGroups(only: readonly string[]): readonly CheckGroup[] {
  const names = only.flatMap((value) => value.split(',')).flatMap((name) => name.trim() || []);
  const { groups, unknown } = selectChecks(names);
  if (unknown.length === 0 && (names.length > 0 || only.length === 0)) return groups;
  const known = new Set(catalogue.flatMap(({ checks }) => checks.map(({ id }) => id.split('.', 1)[0])));
  throw new UsageError(
    `there is no check \`${unknown[0] ?? only[0]}\`. Groups are ${[...known].join(', ')}.`,
  );
}

function targetOf(
  given: string | undefined,
  key: string | undefined,
): { readonly baseUrl: string; readonly apiKey: string | undefined } {
  const environment = environmentOf({});
  const apiKey = key ?? environment.variable('TOLLGATE_API_KEY');
  if (given === undefined) {
    return {
      baseUrl: `http://${urlHost(environment.host)}:${environment.port}/v1`,
      apiKey: apiKey ?? environment.bootstrapKey?.reveal(),
    };
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    throw new UsageError(
      `--base-url must be an http or https address without query, such as http://127.0.0.1:8080/v1; it is \`${given}\`.`,
    );
  }
  const path = url.pathname.replace(/\/+$/, '');
  return { baseUrl: `${url.origin}${path || '/v1'}`, apiKey };
}

function timeoutOf(value: string): number {
  const seconds = Number(value);
  // setTimeout's own limit is 2^31 - 1 ms.
  if (seconds > 0 && seconds <= 86_400) return seconds * 1000;
  throw new UsageError(`--timeout must be a number of seconds, such as 120; it is \`${value}\`.`);
}

async function modelOf(shared: Omit<ServerOptions, 'model'>): Promise<string> {
  await using server = connectTo({ ...shared, model: '' });
  const found = await findModel(server);
  if ('why' in found) throw new CommandError(found.why);
  return found.model;
}

async function examine(
  groups: readonly CheckGroup[],
  server: Server,
  format: 'lines' | 'json' | 'markdown',
): Promise<Summary> {
  const started = performance.now();
  const results: CheckResult[] = [];
  const checks = groups.flatMap((group) => group.checks);
  const report = createReport(checks, process.stdout.isTTY ? process.stdout.columns : undefined);
  if (format === 'lines') {
    process.stdout.write(
      `${paint('dim', `${server.model} on ${server.baseUrl}, ${checks.length} ${checks.length === 1 ? 'check' : 'checks'}`)}\n\n`,
    );
  }
  for await (const result of runChecks(groups, server, () => performance.now())) {
    results.push(result);
    if (format === 'lines') process.stdout.write(report.result(result));
  }
  const summary = summarize(results);
  const ms = Math.round(performance.now() - started);
  if (format === 'lines') process.stdout.write(report.summary(summary, ms));
  if (format === 'json')
    process.stdout.write(`${JSON.stringify(toJson(server, results, summary, ms), null, 2)}\n`);
  if (format === 'markdown') process.stdout.write(markdownOf(results));
  return summary;
}

function toJson(server: Server, results: readonly CheckResult[], summary: Summary, ms: number) {
  return {
    tollgate: packageVersion(),
    base_url: server.baseUrl,
    model: server.model,
    summary: { ...summary, ms },
    checks: results.map(({ group, check, outcome, mismatches, reason, ms }) => ({
      id: check.id,
      group,
      title: check.title,
      severity: check.severity,
      contract: check.contract,
      result: outcome,
      ...(reason === undefined ? {} : { reason }),
      ...(mismatches.length === 0 ? {} : { mismatches }),
      ms,
    })),
  };
}

function list(groups: readonly CheckGroup[], json: boolean): number {
  const checks = groups.flatMap((group) =>
    group.checks.map(({ id, title, severity, contract }) => ({ id, title, severity, contract })),
  );
  if (json) {
    process.stdout.write(`${JSON.stringify(checks, null, 2)}\n`);
    return 0;
  }
  const rows = checks.map(({ id, severity, contract, title }) => [id, severity, contract, title]);
  process.stdout.write(formatTable(['CHECK', 'SEVERITY', 'CONTRACT', 'WHAT HOLDS'], rows));
  return 0;
}
