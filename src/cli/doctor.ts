// `tollgate doctor`: looks at everything the gateway needs and says what to fix. Changes nothing.
import { access, constants, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { request } from 'undici';
import { type Config, loadConfig } from '../config/config.ts';
import type { Environment } from '../config/env.ts';
import { ConfigError } from '../config/problem.ts';
import { systemClock } from '../core/clock.ts';
import { StoreError } from '../core/store.ts';
import { describeStore, mayHaveStore, openToolStore } from '../store/open.ts';
import type { Command } from './command.ts';
import { checkModel } from './doctor-model.ts';
import { checkSecrets } from './doctor-secrets.ts';
import { environmentHelp, environmentOf, environmentOptions } from './environment-flags.ts';
import type { Finding } from './finding.ts';
import { paint } from './paint.ts';
import { secretsOfDataFolder, storedOfDataFolder } from './secrets/open.ts';

export const doctor: Command = {
  help: `Usage: tollgate doctor [options]

Checks what the gateway needs and says what to fix. Exit code 1 if something keeps it from working.

${environmentHelp}`,

  async run(args) {
    const { values } = parseArgs({ args: [...args], options: environmentOptions });
    const findings = await examine(() => environmentOf(values));
    for (const finding of findings) process.stdout.write(format(finding));
    const problems = findings.filter((finding) => finding.verdict === 'problem').length;
    process.stdout.write(
      problems === 0 ? '\nNothing keeps the gateway from working.\n' : `\n${problems} to fix.\n`,
    );
    return problems === 0 ? 0 : 1;
  },
};

async function examine(open: () => Environment): Promise<Finding[]> {
  const findings: Finding[] = [checkNode()];
  let environment: Environment;
  let config: Config;
  try {
    environment = open();
    config = await loadConfig(environment, secretsOfDataFolder(environment), storedOfDataFolder(environment));
  } catch (error) {
    if (error instanceof StoreError) {
      return [...findings, { subject: 'store', verdict: 'problem', detail: error.message }];
    }
    if (!(error instanceof ConfigError)) throw error;
    return [
      ...findings,
      {
        subject: 'configuration',
        verdict: 'problem',
        detail: error.pretty(),
        fix: 'Correct it as said above.',
      },
    ];
  }
  findings.push(describeConfig(config));
  findings.push(await checkStore(environment));
  const secrets = await checkSecrets(environment, config);
  if (secrets) findings.push(secrets);
  findings.push(await checkModel(environment, config));
  findings.push(await checkPort(environment));
  return findings;
}

function checkNode(): Finding {
  const [major = 0] = process.versions.node.split('.').map(Number);
  const detail = `Node ${process.versions.node}`;
  if (major >= 24) return { subject: 'runtime', verdict: 'ok', detail };
  return {
    subject: 'runtime',
    verdict: 'problem',
    detail,
    fix: 'Use Node 24 or newer, or start through `npx tollgate`.',
  };
}

function describeConfig(config: Config): Finding {
  const unpriced = config.routes.models().filter((model) => !model.price);
  const count = config.routes.models().length;
  const detail = `${config.file ?? 'no tollgate.yaml, defaults'}: ${count} models, providers ${config.providers.map((provider) => provider.name).join(', ')}`;
  const [problem] = config.storedProblems;
  if (problem) {
    return {
      subject: 'configuration',
      verdict: 'warning',
      detail: `${detail}; ${problem.kind} \`${problem.name}\`, made in the console: ${problem.message}`,
      fix: `Change or delete it in the console${config.storedProblems.length > 1 ? `; there are ${config.storedProblems.length - 1} more such` : ''}.`,
    };
  }
  if (unpriced.length === 0) return { subject: 'configuration', verdict: 'ok', detail };
  return {
    subject: 'configuration',
    verdict: 'warning',
    detail: `${detail}; without a price: ${unpriced.map((model) => model.name).join(', ')}`,
    fix: 'Requests for these are refused (price_unknown). Set `price`, or `price: free`.',
  };
}

async function checkStore(environment: Environment): Promise<Finding> {
  const subject = 'store';
  const { dataFolder: folder, databaseUrl } = environment;
  const place = describeStore(environment);
  if (!mayHaveStore(environment)) return checkEmptyFolder(folder);
  try {
    await using store = await openToolStore(environment, { clock: systemClock });
    const problems = await store.integrity();
    if (problems.length > 0) {
      return {
        subject,
        verdict: 'problem',
        detail: `${place}: the database is damaged: ${problems.slice(0, 3).join('; ')}`,
        fix: databaseUrl
          ? 'Restore the database from a backup.'
          : 'Restore the data folder from a backup, or move it away to start with an empty one.',
      };
    }
    if (!databaseUrl) await access(folder, constants.W_OK);
    const { items } = await store.keyReader.keys({ limit: 1 });
    return { subject, verdict: 'ok', detail: `${place}: sound${items.length === 0 ? ', no keys yet' : ''}` };
  } catch (error) {
    if (error instanceof StoreError) return { subject, verdict: 'problem', detail: error.message };
    return {
      subject,
      verdict: 'problem',
      detail: `${place}: ${(error as Error).message}`,
      fix: 'Give this user write access to the folder, or set TOLLGATE_DATA to another one.',
    };
  }
}

/** No database yet: the folder, or the nearest one above it, must take one. */
async function checkEmptyFolder(folder: string): Promise<Finding> {
  const subject = 'store';
  let nearest = folder;
  while (!(await stat(nearest).catch(() => undefined)) && dirname(nearest) !== nearest)
    nearest = dirname(nearest);
  const isFolder = (await stat(nearest)).isDirectory();
  const writable =
    isFolder &&
    (await access(nearest, constants.W_OK).then(
      () => true,
      () => false,
    ));
  if (!writable) {
    return {
      subject,
      verdict: 'problem',
      detail: `${folder} cannot be made: ${nearest} is ${isFolder ? 'not writable for this user' : 'no folder'}`,
      fix: 'Set TOLLGATE_DATA to a folder this user may write to.',
    };
  }
  const { bavail, bsize } = await statfs(nearest);
  const free = bavail * bsize;
  const detail = `${folder}: will be made at the first start, ${Math.floor(free / 1e6)} MB free`;
  if (free > 1e9) return { subject, verdict: 'ok', detail };
  return { subject, verdict: 'warning', detail, fix: 'The embedded model alone takes up to 640 MB.' };
}

async function checkPort({ host, port }: Environment): Promise<Finding> {
  const subject = 'port';
  const place = `${host}:${port}`;
  const failure = await tryListening(host, port);
  if (failure === undefined) return { subject, verdict: 'ok', detail: `${place} is free` };
  if (failure === 'EADDRINUSE') {
    const ready = await askReady(host, port);
    if (ready !== undefined)
      return {
        subject,
        verdict: ready === 'ready' ? 'ok' : 'warning',
        detail: `a gateway runs on ${place}: ${ready}`,
      };
    return {
      subject,
      verdict: 'problem',
      detail: `${place} is taken by another program`,
      fix: 'Stop it, or choose another port with --port or TOLLGATE_PORT.',
    };
  }
  return {
    subject,
    verdict: 'problem',
    detail: `cannot listen on ${place} (${failure})`,
    fix: 'Choose an address of this machine and a port above 1023.',
  };
}

function tryListening(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}

/** The state of a Tollgate on that port; `undefined` when what runs there is something else. */
async function askReady(host: string, port: number): Promise<string | undefined> {
  const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  try {
    const response = await request(`http://${address}:${port}/ready`, {
      headersTimeout: 2000,
      bodyTimeout: 2000,
    });
    const body = (await response.body.json()) as {
      status?: unknown;
      checks?: { engine?: { detail?: unknown } };
    };
    if (body.status === 'ready') return 'ready';
    return body.status === 'not_ready'
      ? `not ready: ${String(body.checks?.engine?.detail ?? 'see GET /ready')}`
      : undefined;
  } catch {
    // Whatever listens there does not speak our language, which is the answer.
    return undefined;
  }
}

const marks = { ok: ['green', '✓'], warning: ['yellow', '!'], problem: ['red', '✗'] } as const;

function format({ subject, verdict, detail, fix }: Finding): string {
  const [colour, mark] = marks[verdict];
  const indented = detail.replaceAll('\n', '\n    ');
  return `${paint(colour, mark)} ${paint('bold', subject)}: ${indented}\n${fix ? `    → ${fix}\n` : ''}`;
}
